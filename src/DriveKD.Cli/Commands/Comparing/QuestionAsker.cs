using DriveKD.Cli.Commands.Evaluating;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Pictures;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Batches;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>Asks a model folder questions greedily, in the layout of its training, and scores what it says.</summary>
internal static class QuestionAsker
{
    /// <summary>Asks.</summary>
    /// <param name="terminal">Its interruption stops between batches.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="device">Where to compute, as recipes name it.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="questions">The questions, each with a reference answer.</param>
    /// <param name="settings">The length of answers and the questions at a time.</param>
    /// <param name="report">Told the stage, the answers so far, and how many there will be.</param>
    /// <returns>An answer for every question.</returns>
    public static IReadOnlyList<CompareAnswer> Ask(
        Terminal terminal, string model, string device, long seed, CompareQuestions questions, CompareAnswerSettings settings, Action<string, long, long> report)
    {
        EvaluateRecipe asking = new()
        {
            Output = model,
            Seed = seed,
            Models = [model],
            // Questions and pictures are given: the answerer reads none.
            Data = new EvaluationDataSettings { Records = [], Images = model },
            Prompts = new PromptSettings { Layout = PromptLayout.Training, MaxNewTokens = settings.MaxNewTokens, Temperature = 0 },
            BatchSize = settings.BatchSize,
        };
        ModelAssistant assistant = ModelAssistant.Load(model, device, asking.Precision, progress: null, cancellation: terminal.Interrupted);
        using LocalAnswerer answerer = new(new BatchAssistant(assistant, usesTrainingLayout: true), asking, terminal.Time);
        List<CompareAnswer> answers = [];
        CorruptionChoice clean = CorruptionChoice.Parse(["clean"])[0];
        PassPictures pictures = PassPictures.Of(questions.Identities, clean, seed, terminal.Interrupted);
        string? stopped = answerer.AnswerAsync(
            questions.Set.Questions,
            pictures,
            given =>
            {
                answers.AddRange(given.Select(answer => AnswerScorer.Score(questions.Set.Find(answer.Id)!, answer)));
                report("answering", answers.Count, questions.Set.Questions.Count);
            },
            terminal.Interrupted).GetAwaiter().GetResult();
        return stopped is null ? answers : throw new InvalidOperationException(stopped);
    }
}
