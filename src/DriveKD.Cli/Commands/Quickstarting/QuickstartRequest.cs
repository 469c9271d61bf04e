using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>What a quick start was asked for, checked before anything is made.</summary>
/// <param name="Seed">Chooses everything.</param>
/// <param name="Minutes">How long it may take.</param>
/// <param name="Output">The folder to write, absolute.</param>
/// <param name="Assets">The world's small models.</param>
/// <param name="Scale">How much is made.</param>
internal sealed record QuickstartRequest(long Seed, double Minutes, string Output, QuickstartAssets Assets, QuickstartScale Scale)
{
    /// <summary>Below this no machine makes two short seeds: data, scores, measurement and page come on top.</summary>
    private const double FewestMinutes = 1.5;

    private const double MostMinutes = 24 * 60;

    /// <summary>This program and two workers: 1.3 GB were seen.</summary>
    private const long NeededMemory = 2L << 30;

    /// <summary>Checks what was asked for.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="minutes">The minutes.</param>
    /// <param name="output">The folder to write.</param>
    /// <param name="assets">Another folder of models; null to look for the repository's.</param>
    /// <param name="isTiny">Whether tests ask.</param>
    /// <param name="memory">The machine's memory in bytes.</param>
    /// <exception cref="InputException">Something is impossible: all of it at once.</exception>
    public static QuickstartRequest Check(long seed, double minutes, string output, string? assets, bool isTiny, long memory)
    {
        ProblemList problems = new();
        if (seed < 0)
        {
            problems.Add("--seed", string.Create(CultureInfo.InvariantCulture, $"is {seed}; a number from 0 is expected."));
        }

        if (!isTiny && !(minutes >= FewestMinutes && minutes <= MostMinutes))
        {
            problems.Add("--minutes", string.Create(
                CultureInfo.InvariantCulture,
                $"is {minutes}; {FewestMinutes} to {MostMinutes} are possible. Scenes, scores, two short seeds of both students and the page need about {FewestMinutes} minutes of two idle cores, the default is 5."));
        }

        if (memory < NeededMemory)
        {
            problems.Add("memory", string.Create(
                CultureInfo.InvariantCulture, $"this machine offers {memory / 1e9:0.0} GB, {NeededMemory / 1e9:0.0} GB are needed: the program and two trainings at a time. Free some, or raise the container's limit."));
        }

        QuickstartAssets? found = Try(problems, () => QuickstartAssets.Open(assets, AppContext.BaseDirectory));
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        Try(problems, () =>
        {
            RunFolder.EnsureCanCreate(folder);
            return folder;
        });
        problems.ThrowIfAny();
        return new QuickstartRequest(seed, minutes, folder, found!, isTiny ? QuickstartScale.Tiny : QuickstartScale.Of(minutes));
    }

    /// <summary>The memory that this process may use, in bytes.</summary>
    public static long MachineMemory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is long bytes and > 0 ? bytes : long.MaxValue;

    private static T? Try<T>(ProblemList problems, Func<T> action)
        where T : class
    {
        try
        {
            return action();
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
            return null;
        }
    }
}
