using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>The questions of an evaluation, read, chosen and drawn as its recipe says.</summary>
/// <param name="Questions">Those that are asked.</param>
/// <param name="Identities">Which pictures of all records belong to one key frame.</param>
internal sealed record EvaluationSamples(QuestionSet Questions, IReadOnlyDictionary<string, PictureIdentity> Identities)
{
    /// <summary>Reads the records; the problems of all files come together.</summary>
    /// <param name="terminal">Shows the progress, and what was left out.</param>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="InputException">Records are faulty, or no question of a wanted capability is there.</exception>
    public static EvaluationSamples Read(Terminal terminal, ResolvedRecipe<EvaluateRecipe> recipe)
    {
        EvaluationDataSettings data = recipe.Recipe.Data;
        List<Problem> problems = [];
        using ProgressLine progress = new(terminal);

        // A question without a reference is asked, and counted as unscored.
        RecordReadOptions options = new() { ImageRoot = data.Images, OnError = data.OnError, Answers = AnswerRule.Optional };
        List<Sample> all = SampleFiles.Read(terminal, data.Records, options, progress, problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        IReadOnlyList<Sample> samples = SampleFilter.Choose(all, data.SelectedCapabilities(), recipe.Where);
        return samples.Count == 0
            ? throw new InputException(recipe.Where("data.records"), "no question is left; every record is faulty.")
            : new EvaluationSamples(QuestionSet.Of(samples).Draw(data.Samples, new SeedStreams(recipe.Recipe.Seed)), PassPictures.Identify(all));
    }
}
