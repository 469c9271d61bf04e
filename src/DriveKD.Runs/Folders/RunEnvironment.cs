using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace DriveKD.Runs.Folders;

/// <summary>The content of a run folder's <c>environment.json</c>: by which program and on which machine the run was made.</summary>
public sealed record RunEnvironment
{
    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The commit that the program was built from.</summary>
    public required string Commit { get; init; }

    /// <summary>The arguments of the program.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>The working directory, from which the arguments' relative paths start.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The device that computes, for example "cpu" or "cuda:0 NVIDIA A100".</summary>
    public required string Device { get; init; }

    /// <summary>When the run was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The operating system with its version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The process's architecture, for example "X64".</summary>
    public required string Architecture { get; init; }

    /// <summary>The .NET runtime with its version.</summary>
    public required string Framework { get; init; }

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>The vector instructions that change the speed or the last bits of a result.</summary>
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>The logical cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>The memory in bytes that the process may use: the machine's, or its container's limit.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The packages that the program was built with, by name.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }

    /// <summary>Describes this process and machine.</summary>
    /// <param name="version">The program's version.</param>
    /// <param name="commit">The commit that the program was built from.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="time">The clock.</param>
    public static RunEnvironment Capture(string version, string commit, IReadOnlyList<string> arguments, string device, TimeProvider time) => new()
    {
        Version = version,
        Commit = commit,
        CommandLine = arguments,
        WorkingFolder = Directory.GetCurrentDirectory(),
        Device = device,
        StartedAt = time.GetLocalNow(),
        OperatingSystem = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Framework = RuntimeInformation.FrameworkDescription,
        Processor = ProcessorName(),
        InstructionSets = [.. SupportedInstructions()],
        Cores = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Packages = PackageVersions.OfThisProgram(),
    };

    /// <summary>The file's text.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, RunJson.Options) + "\n";

    private static string ProcessorName()
    {
        const string LinuxFile = "/proc/cpuinfo";
        string? name = File.Exists(LinuxFile)
            ? File.ReadLines(LinuxFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrEmpty(name) ? "unknown" : name;
    }

    private static IEnumerable<string> SupportedInstructions() =>
        from item in new[] { ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("AVX-512F", Avx512F.IsSupported), ("AdvSimd", AdvSimd.IsSupported) }
        where item.Item2
        select item.Item1;
}
