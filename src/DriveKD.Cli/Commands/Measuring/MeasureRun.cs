using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Models.Measurement;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Measuring;

/// <summary>One run of <c>drivekd measure</c>: check, measure, show.</summary>
internal sealed class MeasureRun(Terminal terminal, MeasureRequest request) : IProgress<MeasureProgress>
{
    private WaitLine? _wait;

    /// <summary>Does it all.</summary>
    /// <returns>Done, or cancelled: then what was measured is shown.</returns>
    public int Run()
    {
        MeasureSettings settings = request.ToSettings();
        if (request.OutputFile is not null)
        {
            OutputFile.RequireWritable(request.OutputFile);
        }

        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment machine = RunEnvironment.Capture(build.Version, build.Commit ?? "unknown", [], request.Device, terminal.Time);
        DeploymentFigures figures = Measure(settings);
        string document = MeasureDocument.Write(figures, machine, request.ShowsPublished);
        if (request.OutputFile is not null)
        {
            AtomicFile.WriteText(request.OutputFile, document + "\n");
        }

        if (request.AsJson)
        {
            terminal.WriteRaw(document);
        }
        else
        {
            new MeasureTables(terminal, figures, machine).Write(request.ShowsProfile, request.ShowsPublished);
        }

        return figures.IsComplete ? ExitCode.Done : ExitCode.Cancelled;
    }

    /// <inheritdoc />
    void IProgress<MeasureProgress>.Report(MeasureProgress value) =>
        _wait?.Show(string.Create(CultureInfo.InvariantCulture, $"{value.What} (step {value.Done + 1} of {value.Total})"));

    private DeploymentFigures Measure(MeasureSettings settings)
    {
        using WaitLine wait = new(terminal);
        _wait = wait;
        wait.Show("preparing");
        return DeploymentMeasurement.Run(settings, this, terminal.Interrupted);
    }
}
