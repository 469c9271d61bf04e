using System.Security.Cryptography;
using System.Text;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>Names a vision tower by what it computes: equal for models whose towers have equal weights, shape and number type.</summary>
internal static class TowerHash
{
    /// <summary>SHA-256 over a tower.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="placement">Its number type.</param>
    /// <param name="visit">Shows each weight with its name within the tower, in the order of the names.</param>
    public static string Of(ModelConfig config, Placement placement, Action<Action<string, Tensor>> visit)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{config.DescribeTower()} {placement.DType}")));
        visit((name, parameter) =>
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            using Tensor local = parameter.detach();
            using Tensor flat = local.cpu();
            using Tensor whole = flat.contiguous();
            hash.AppendData(whole.bytes);
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
