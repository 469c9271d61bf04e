using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>The questions that students answer.</summary>
/// <param name="Set">The questions.</param>
/// <param name="Identities">Which pictures belong to one key frame.</param>
internal sealed record CompareQuestions(QuestionSet Set, IReadOnlyDictionary<string, PictureIdentity> Identities)
{
    /// <summary>Reads and draws questions. Every one has a reference answer.</summary>
    /// <param name="terminal">Shows the progress, and what was left out.</param>
    /// <param name="data">Where they are.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="where">The place of the records' key, for messages.</param>
    /// <exception cref="InputException">Records are faulty, or there are none.</exception>
    public static CompareQuestions Read(Terminal terminal, CompareDataSettings data, long seed, string where)
    {
        List<Problem> problems = [];
        using ProgressLine progress = new(terminal);
        List<Sample> samples = SampleFiles.Read(terminal, data.Records, new RecordReadOptions { ImageRoot = data.Images, OnError = data.OnError }, progress, problems);
        return problems.Count > 0 ? throw new InputException(problems)
            : samples.Count == 0 ? throw new InputException(where, "no question is left; every record is faulty.")
            : new CompareQuestions(QuestionSet.Of(samples).DrawPerCapability(data.PerCapability, new SeedStreams(seed)), PassPictures.Identify(samples));
    }
}
