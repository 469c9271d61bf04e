using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Distillation.Benchmarking;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Benching;

/// <summary>One run of <c>drivekd bench distill</c>: measure, show.</summary>
internal sealed class DistillBenchRun(Terminal terminal, BenchSettings settings, string? outputFile, bool asJson) : IProgress<BenchProgress>
{
    private WaitLine? _wait;

    /// <summary>Does it all.</summary>
    /// <returns>Done; cancelled, then what was measured is shown; or a failed check, where the two gradients differ by more than rounding.</returns>
    public int Run()
    {
        if (outputFile is not null)
        {
            OutputFile.RequireWritable(outputFile);
        }

        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment machine = RunEnvironment.Capture(build.Version, build.Commit ?? "unknown", [], settings.Device, terminal.Time);
        BenchFigures figures = Measure();
        string document = DistillBenchDocument.Write(figures, machine);
        if (outputFile is not null)
        {
            AtomicFile.WriteText(outputFile, document + "\n");
        }

        if (asJson)
        {
            terminal.WriteRaw(document);
        }
        else
        {
            new DistillBenchTables(terminal, figures, machine).Write();
        }

        if (!figures.GradientsAgree)
        {
            terminal.ErrorText.WriteLine("the engine's combined gradient is not that of the published schedule: the times compare different things");
            return ExitCode.CheckFailed;
        }

        return terminal.Interrupted.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Done;
    }

    /// <inheritdoc />
    void IProgress<BenchProgress>.Report(BenchProgress value)
    {
        string left = value.RemainingSeconds is double seconds
            ? string.Create(CultureInfo.InvariantCulture, $", about {TimeSpan.FromSeconds(Math.Ceiling(seconds)):m\\:ss} left")
            : "";
        _wait?.Show(string.Create(CultureInfo.InvariantCulture, $"{value.What} (step {value.Done + 1} of {value.Total}{left})"));
    }

    private BenchFigures Measure()
    {
        using WaitLine wait = new(terminal);
        _wait = wait;
        wait.Show("preparing");
        return DistillBench.Run(settings, this, terminal.Interrupted);
    }
}
