using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Answers;

/// <summary>Where a run's answers lie.</summary>
/// <param name="run">The run folder.</param>
public sealed class AnswerFolder(string run)
{
    /// <summary>The answers of a model to a pass, a line each: <c>answers/MODEL/CORRUPTION.jsonl</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corruption">The pass.</param>
    public string Answers(NamedModel model, CorruptionChoice corruption) => Path.Combine(run, RunFolder.AnswersName, model.FileName, $"{corruption.Name}.jsonl");

    /// <summary>The same as a DriveBench result file, which <c>drivekd score</c> reads: <c>drivebench/MODEL/CORRUPTION.json</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corruption">The pass.</param>
    public string Result(NamedModel model, CorruptionChoice corruption) => Path.Combine(run, "drivebench", model.FileName, $"{corruption.Name}.json");
}
