using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Cli.Commands.Comparing;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>How far a step is, from the lines of its process and from its run folder. For one thread at a time.</summary>
/// <param name="step">The step.</param>
internal sealed partial class StepView(BuildStep step)
{
    private const int TailBytes = 16_384;

    private double? _shareAtBegin;

    /// <summary>The step.</summary>
    public BuildStep Step => step;

    /// <summary>waiting, running, finished, stopped or failed.</summary>
    public string State { get; set; } = "waiting";

    /// <summary>Where a clock stood when it began.</summary>
    public long Begin { get; set; }

    /// <summary>Seconds that it took; null while it has not ended.</summary>
    public double? Seconds { get; set; }

    /// <summary>What it does at the moment, where that is not what its share says.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>The share that is done, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Takes a line of the step's process.</summary>
    /// <param name="line">The line.</param>
    public void Tell(string line)
    {
        if (WorkerProgress.TryRead(line) is { } progress)
        {
            // Reading and loading are short; answering is the work.
            (Stage, Share) = (progress.Stage, progress.Stage == "answering" ? (double)progress.Done / Math.Max(1, progress.Total) : 0);
        }
        else if (Percent().Match(line) is { Success: true } match)
        {
            Stage = match.Groups["stage"].Value.Split(',')[0];
            Share = step.Recipe is null ? double.Parse(match.Groups["share"].Value, CultureInfo.InvariantCulture) / 100 : Share;
        }
    }

    /// <summary>Looks into the run folder of a training.</summary>
    public void Look()
    {
        if (step.Recipe is { Steps: > 0 } recipe && LastStep(Path.Combine(step.Product, "metrics.jsonl")) is long done)
        {
            Share = Math.Min(1, (double)done / recipe.Steps);
            Stage = Share > 0 ? "training" : Stage;
        }

        _shareAtBegin ??= Share;
    }

    /// <summary>Seconds that the running step still takes.</summary>
    /// <param name="elapsed">Seconds since it began.</param>
    /// <param name="expected">Seconds that it was expected to take.</param>
    public double Rest(double elapsed, double expected)
    {
        double made = Share - (_shareAtBegin ?? 0);
        // A share says more than an expectation once there is something of it.
        return made > 0.03 ? elapsed * (1 - Share) / made : Math.Max(0, (expected * (1 - Share)) - elapsed);
    }

    /// <summary>The step number of the last whole line; null where there is none.</summary>
    private static long? LastStep(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Position = Math.Max(0, stream.Length - TailBytes);
            using StreamReader reader = new(stream);
            string text = reader.ReadToEnd();
            string whole = text[..Math.Max(0, text.LastIndexOf('\n'))];
            string line = whole[(whole.LastIndexOf('\n') + 1)..];
            return StepNumber().Match(line) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The run has not written anything yet, or is writing at this moment: the next look sees more.
            return null;
        }
    }

    [GeneratedRegex(@"^(?<stage>[^:]+): (?<share>\d+) %$", RegexOptions.CultureInvariant)]
    private static partial Regex Percent();

    [GeneratedRegex("""^\{"step": ?(\d+)""", RegexOptions.CultureInvariant)]
    private static partial Regex StepNumber();
}
