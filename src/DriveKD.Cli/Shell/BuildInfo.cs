using System.Reflection;
using System.Runtime.InteropServices;

namespace DriveKD.Cli.Shell;

/// <summary>What this program was built from, as the build wrote it into the assembly (build/BuildInfo.targets).</summary>
internal sealed record BuildInfo
{
    /// <summary>The program's own.</summary>
    public static BuildInfo OfThisProgram { get; } = Read(typeof(BuildInfo).Assembly);

    /// <summary>The release, such as 0.1.0.</summary>
    public required string Version { get; init; }

    /// <summary>The full hash of the commit; null where the sources were in no git repository.</summary>
    public required string? Commit { get; init; }

    /// <summary>Whether the sources differed from the commit.</summary>
    public required bool HasUncommittedChanges { get; init; }

    /// <summary>The version of libtorch.</summary>
    public required string LibtorchVersion { get; init; }

    /// <summary>What libtorch was built for: cpu or cuda.</summary>
    public required string LibtorchDevice { get; init; }

    /// <summary>The version of TorchSharp.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>One line per fact: a name, a tab, a value.</summary>
    public IEnumerable<string> Describe() =>
    [
        $"drivekd   {Version}",
        $"commit    {Commit ?? "unknown (built outside a git repository)"}{(HasUncommittedChanges ? " with uncommitted changes" : "")}",
        $"libtorch  {LibtorchVersion} for {LibtorchDevice} (TorchSharp {TorchSharpVersion})",
        $"runtime   {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}",
    ];

    private static BuildInfo Read(Assembly assembly)
    {
        Dictionary<string, string?> metadata = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(each => each.Key, each => each.Value);
        string[] version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);
        return new BuildInfo
        {
            Version = version[0],
            Commit = version.Length > 1 ? version[1] : null,
            HasUncommittedChanges = metadata["DriveKD.HasUncommittedChanges"] == "true",
            LibtorchVersion = metadata["DriveKD.LibtorchVersion"]!,
            LibtorchDevice = metadata["DriveKD.LibtorchDevice"]!,
            TorchSharpVersion = metadata["DriveKD.TorchSharpVersion"]!,
        };
    }
}
