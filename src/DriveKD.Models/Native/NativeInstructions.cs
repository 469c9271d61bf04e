using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DriveKD.Models.Native;

/// <summary>
/// Which instructions oneDNN may use, which multiplies libtorch's bfloat16 matrices. Its AVX-512 code gave products on an AMD EPYC that were
/// off by more than half their size, its AVX2 code right ones (docs/log/2026-11-29-wrong-bfloat16-products.md).
/// </summary>
internal static class NativeInstructions
{
    // EBX, ECX and EDX of leaf 0 spell AuthenticAMD, in the order EBX, EDX, ECX.
    private static readonly (int B, int C, int D) _amd = (0x68747541, 0x444d4163, 0x69746e65);

    /// <summary>Limits oneDNN to AVX2 where its AVX-512 code is not to be trusted, unless the user's environment says otherwise.</summary>
#pragma warning disable CA2255 // The first product of any caller fixes the instructions: a call of the library may come too late.
    [ModuleInitializer]
    internal static void Limit()
#pragma warning restore CA2255
    {
        if (Avx512F.IsSupported && IsAmd())
        {
            NativeEnvironment.SetDefault("ONEDNN_MAX_CPU_ISA", "AVX2");
        }
    }

    private static bool IsAmd()
    {
        (int _, int b, int c, int d) = X86Base.CpuId(0, 0);
        return (b, c, d) == _amd;
    }
}
