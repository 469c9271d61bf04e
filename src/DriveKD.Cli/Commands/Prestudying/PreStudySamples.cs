using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>The samples of a pre-study, read and drawn as its recipe says.</summary>
/// <param name="Driving">Of the studied capabilities.</param>
/// <param name="General">Not of driving; empty where there are none.</param>
internal sealed record PreStudySamples(IReadOnlyList<Sample> Driving, IReadOnlyList<Sample> General)
{
    /// <summary>Reads the records; the problems of all files come together.</summary>
    /// <param name="terminal">Shows the progress, and what was left out.</param>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="InputException">Records are faulty, or no sample of a wanted capability is there.</exception>
    public static PreStudySamples Read(Terminal terminal, ResolvedRecipe<PreStudyRecipe> recipe)
    {
        PreStudyDataSettings data = recipe.Recipe.Data;
        List<Problem> problems = [];
        using ProgressLine progress = new(terminal);
        List<Sample> driving = Read(terminal, data.Records, data.Images, data.OnError, progress, problems);
        List<Sample> general = recipe.Recipe.General is PreStudyGeneralSettings other
            ? Read(terminal, other.Records, other.Images, other.OnError, progress, problems)
            : [];
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        IReadOnlyList<Sample> chosen = SampleFilter.Choose(driving, data.Capabilities is null ? null : data.SelectedCapabilities(), recipe.Where);
        if (chosen.Count == 0)
        {
            throw new InputException(recipe.Where("data.records"), "no sample is left; every record is faulty.");
        }

        SeedStreams seeds = new(recipe.Recipe.Seed);
        return new PreStudySamples(
            [.. QuestionSet.Of(chosen).DrawPerCapability(data.Samples, seeds).Questions.Select(question => question.Sample)],
            general.Count == 0 ? [] : [.. QuestionSet.Of(general).Draw(recipe.Recipe.General!.Samples, seeds).Questions.Select(question => question.Sample)]);
    }

    private static List<Sample> Read(
        Terminal terminal, IReadOnlyList<string> records, string images, OnError onError, ProgressLine progress, List<Problem> problems) =>
        SampleFiles.Read(terminal, records, new RecordReadOptions { ImageRoot = images, OnError = onError, Answers = AnswerRule.Optional }, progress, problems);
}
