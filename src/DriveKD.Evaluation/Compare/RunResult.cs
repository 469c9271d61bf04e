using System.Text;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Compare;

/// <summary>A run with its answers.</summary>
/// <param name="Run">Which.</param>
/// <param name="Facts">What it was and what it cost.</param>
/// <param name="Answers">Its student's answers; empty where it failed.</param>
public sealed record RunResult(CompareRun Run, RunFacts Facts, IReadOnlyList<CompareAnswer> Answers)
{
    /// <summary>The file of answers.</summary>
    public const string AnswersName = "answers.jsonl";

    /// <summary>The share of questions of a capability whose decisive words agree; null without questions or where the run failed.</summary>
    /// <param name="capability">The capability.</param>
    public double? Exact(Capability capability) => Share(Answers.Where(answer => answer.Capability == capability));

    /// <summary>The mean over the capabilities that have questions; null where the run failed.</summary>
    public double? Mean()
    {
        double[] shares = [.. Enum.GetValues<Capability>().Select(Exact).OfType<double>()];
        return shares.Length == 0 ? null : shares.Average();
    }

    /// <summary>Reads answers.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static IReadOnlyList<CompareAnswer> ReadAnswers(string folder)
    {
        string file = Path.Combine(folder, AnswersName);
        try
        {
            return [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<CompareAnswer>(line, CompareJson.Line)!)];
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message} Delete the folder; --resume then makes the run again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes answers.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="answers">The answers.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteAnswers(string folder, IEnumerable<CompareAnswer> answers)
    {
        StringBuilder text = new();
        foreach (CompareAnswer answer in answers)
        {
            text.Append(JsonSerializer.Serialize(answer, CompareJson.Line)).Append('\n');
        }

        AtomicFile.WriteText(Path.Combine(folder, AnswersName), text.ToString());
    }

    /// <summary>The share of answers whose decisive words agree; null of none.</summary>
    /// <param name="answers">The answers.</param>
    public static double? Share(IEnumerable<CompareAnswer> answers)
    {
        CompareAnswer[] all = [.. answers];
        return all.Length == 0 ? null : (double)all.Count(answer => answer.Exact) / all.Length;
    }
}
