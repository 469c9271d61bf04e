using System.Threading.Channels;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Batches;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>
/// A model of a local folder. Batches are answered on the calling thread, while another one decodes and corrupts the pictures of the next.
/// Where a batch fails its questions are asked one by one, so that only the one at fault is without an answer.
/// </summary>
internal sealed class LocalAnswerer(BatchAssistant assistant, EvaluateRecipe recipe, TimeProvider time) : IAnswerer
{
    private const int BatchesAhead = 2;

    private readonly SeedStreams _seeds = new(recipe.Seed);
    private readonly GenerationOptions _options = new()
    {
        MaxNewTokens = recipe.Prompts.MaxNewTokens,
        Temperature = recipe.Prompts.Temperature ?? 0,
        Seed = (ulong)recipe.Seed,
    };

    /// <summary>A question with its pictures, or why it cannot be asked.</summary>
    private sealed record Prepared(EvaluationQuestion Question, BatchQuestion? Batch, string? Error);

    /// <inheritdoc />
    public Task<string?> AnswerAsync(
        IReadOnlyList<EvaluationQuestion> questions, PassPictures pictures, Action<IReadOnlyList<ModelAnswer>> answered, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<Prepared[]> ahead = Channel.CreateBounded<Prepared[]>(BatchesAhead);
        Task preparing = Task.Run(() => PrepareAsync(questions, pictures, ahead.Writer, stop.Token), CancellationToken.None);
        try
        {
            while (ahead.Reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
            {
                while (ahead.Reader.TryRead(out Prepared[]? batch))
                {
                    answered(AnswerBatch(batch, cancellation));
                }
            }
        }
        finally
        {
            stop.Cancel();
            Task.WaitAny([preparing], CancellationToken.None);
        }

        // What broke the other thread is a fault of the program: pictures' faults are answers.
        preparing.GetAwaiter().GetResult();
        return Task.FromResult<string?>(null);
    }

    /// <inheritdoc />
    public void Dispose() => assistant.Dispose();

    private async Task PrepareAsync(IReadOnlyList<EvaluationQuestion> questions, PassPictures pictures, ChannelWriter<Prepared[]> writer, CancellationToken cancellation)
    {
        try
        {
            foreach (EvaluationQuestion[] batch in questions.Chunk(recipe.BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                await writer.WriteAsync(Array.ConvertAll(batch, question => Prepare(question, pictures)), cancellation).ConfigureAwait(false);
            }

            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
            throw;
        }
    }

    private Prepared Prepare(EvaluationQuestion question, PassPictures pictures)
    {
        try
        {
            IReadOnlyList<PassPicture> own = pictures.Of(question.Sample);
            Question asked = new()
            {
                Text = question.Sample.Question,
                Pictures = [.. own.Select(picture => new QuestionPicture(picture.Name, picture.Image))],
                SystemText = recipe.Prompts.Layout == PromptLayout.Training ? null : SystemTexts.For(recipe.Prompts, question.Sample),
                MaxTiles = recipe.Prompts.MaxTiles,
            };
            asked.Validate();
            int draws = (int)(_seeds.Derive($"answer/{question.Id}") & int.MaxValue);
            return new Prepared(question, new BatchQuestion(asked, [.. own.Select(picture => $"{pictures.Corruption.Name}/{picture.Key}")], draws), Error: null);
        }
        catch (InputException exception)
        {
            return new Prepared(question, Batch: null, exception.Message);
        }
    }

    private List<ModelAnswer> AnswerBatch(Prepared[] batch, CancellationToken cancellation)
    {
        Prepared[] sound = [.. batch.Where(item => item.Batch is not null)];
        List<ModelAnswer> answers = [.. batch.Where(item => item.Batch is null).Select(item => Draft(item.Question) with { Error = item.Error })];
        if (sound.Length == 0)
        {
            return answers;
        }

        if (TryAnswer(sound, out string? error, cancellation) is { } together)
        {
            answers.AddRange(together);
            return answers;
        }

        foreach (Prepared item in sound)
        {
            answers.AddRange(
                sound.Length > 1 && TryAnswer([item], out error, cancellation) is { } alone ? alone : [Draft(item.Question) with { Error = error }]);
        }

        return answers;
    }

    private ModelAnswer[]? TryAnswer(Prepared[] batch, out string? error, CancellationToken cancellation)
    {
        long begin = time.GetTimestamp();
        try
        {
            IReadOnlyList<BatchAnswer> answers = assistant.Answer([.. batch.Select(item => item.Batch!)], _options, cancellation);
            double seconds = Math.Round(time.GetElapsedTime(begin).TotalSeconds / batch.Length, 4);
            error = null;
            return [.. batch.Zip(answers, (item, answer) => Draft(item.Question) with
            {
                Pred = answer.Text,
                Seconds = seconds,
                PromptTokens = answer.PromptTokens,
                NewTokens = answer.NewTokens,
                CutOff = answer.WasCutOff ? true : null,
            })];
        }
        catch (InputException exception)
        {
            error = exception.Message;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The boundary of a question: memory that is not there for one may be there for the next.
            error = $"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}";
        }

        return null;
    }

    private static ModelAnswer Draft(EvaluationQuestion question) =>
        new() { Id = question.Id, Question = question.Sample.Question, Gold = question.Sample.Answer };
}
