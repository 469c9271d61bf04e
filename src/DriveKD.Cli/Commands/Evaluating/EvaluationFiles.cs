using DriveKD.Evaluation.Results;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>The files that results are written to; each is whole or absent.</summary>
internal static class EvaluationFiles
{
    /// <summary>The page.</summary>
    public const string Page = "report.html";

    /// <summary>The judge's replies, where the recipe names no other file.</summary>
    public const string JudgeCache = "judge.sqlite";

    /// <summary>Writes all.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="results">The results.</param>
    /// <param name="page">The page.</param>
    public static void Write(string folder, EvaluationResults results, string page)
    {
        AtomicFile.WriteText(Path.Combine(folder, "results.json"), ResultsJson.Write(results));
        AtomicFile.WriteText(Path.Combine(folder, "results.csv"), ResultsCsv.WriteFigures(results));
        AtomicFile.WriteText(Path.Combine(folder, "points.csv"), ResultsCsv.WritePoints(results));
        AtomicFile.WriteText(Path.Combine(folder, Page), page);
    }
}
