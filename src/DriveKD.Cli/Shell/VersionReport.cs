using System.CommandLine;
using System.CommandLine.Invocation;
using DriveKD.Models.Native;
using TorchSharp;

namespace DriveKD.Cli.Shell;

/// <summary>
/// What <c>--version</c> prints: the release, the commit, libtorch and the device it finds. It loads libtorch to find out, so
/// it also proves that the set-up works.
/// </summary>
internal sealed class VersionReport(Terminal terminal) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the version option's own action.</summary>
    public static void Install(RootCommand root, Terminal terminal)
    {
        VersionOption option = root.Options.OfType<VersionOption>().Single();
        option.Description = "Show version, commit, libtorch and device";
        option.Action = new VersionReport(terminal);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        foreach (string line in build.Describe())
        {
            terminal.WriteRaw(line);
        }

        LibTorch.EnsureLoaded();
        terminal.WriteRaw($"device    {DescribeDevice(build)}");
        return ExitCode.Done;
    }

    private static string DescribeDevice(BuildInfo build)
    {
        int gpus = build.LibtorchDevice == "cuda" && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        string cpu = $"cpu ({torch.get_num_threads()} threads)";
        return gpus > 0
            ? $"{string.Join(", ", Enumerable.Range(0, gpus).Select(index => $"cuda:{index}"))}, {cpu}"
            : build.LibtorchDevice == "cuda" ? $"{cpu}; no CUDA device found" : cpu;
    }
}
