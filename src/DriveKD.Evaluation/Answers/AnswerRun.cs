using DriveKD.Data.Errors;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Answers;

/// <summary>
/// Asks every model every question under every corruption, and writes answers as they come. What is answered already is not asked again. One
/// model is open at a time.
/// </summary>
public sealed class AnswerRun
{
    private readonly EvaluateRecipe _recipe;
    private readonly QuestionSet _questions;
    private readonly AnswerFolder _folder;
    private readonly Func<CorruptionChoice, PassPictures> _pictures;
    private readonly Func<NamedModel, IAnswerer> _open;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, string> _givenUp = new(StringComparer.Ordinal);
    private IProgress<AnswerProgress>? _progress;
    private int _answered;
    private int _earlier;
    private long _runDone;
    private long _runTotal;
    private long? _runBegin;
    private Problem? _stop;

    /// <param name="recipe">Models and passes.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="corruptions">The passes that this machine can make.</param>
    /// <param name="folder">Where answers lie.</param>
    /// <param name="pictures">The pictures of a pass.</param>
    /// <param name="open">Opens a model, when it is its turn and something is left to ask.</param>
    /// <param name="time">The clock of the time left; the system's where null.</param>
    public AnswerRun(
        EvaluateRecipe recipe,
        QuestionSet questions,
        IReadOnlyList<CorruptionChoice> corruptions,
        AnswerFolder folder,
        Func<CorruptionChoice, PassPictures> pictures,
        Func<NamedModel, IAnswerer> open,
        TimeProvider? time = null) =>
        (_recipe, _questions, Corruptions, _folder, _pictures, _open, _time) = (recipe, questions, corruptions, folder, pictures, open, time ?? TimeProvider.System);

    /// <summary>The passes.</summary>
    public IReadOnlyList<CorruptionChoice> Corruptions { get; }

    /// <summary>Asks.</summary>
    /// <param name="retriesErrors">Whether questions that a model failed on at an earlier start are asked again.</param>
    /// <param name="progress">Told after every answer.</param>
    /// <param name="cancellation">Ends the run; answers that are whole by then are written.</param>
    /// <exception cref="InputException">Answers cannot be read or written.</exception>
    public async Task<AnswerOutcome> RunAsync(bool retriesErrors = false, IProgress<AnswerProgress>? progress = null, CancellationToken cancellation = default)
    {
        _progress = progress;
        IReadOnlyList<NamedModel> models = _recipe.NamedModels();
        _runTotal = (long)models.Count * Corruptions.Count * _questions.Questions.Count;
        bool wasCancelled = false;
        try
        {
            foreach (NamedModel model in models)
            {
                cancellation.ThrowIfCancellationRequested();
                await RunModelAsync(model, retriesErrors, cancellation).ConfigureAwait(false);
            }
        }
        catch (StopException)
        {
            // _stop has it.
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            wasCancelled = true;
        }

        return new AnswerOutcome { Answered = _answered, Earlier = _earlier, GivenUp = _givenUp, WasCancelled = wasCancelled, Stop = _stop };
    }

    private async Task RunModelAsync(NamedModel model, bool retriesErrors, CancellationToken cancellation)
    {
        IAnswerer? answerer = null;
        ModelPace pace = new();
        try
        {
            foreach (CorruptionChoice corruption in Corruptions)
            {
                using AnswerLog log = AnswerLog.Open(_folder.Answers(model, corruption));
                EvaluationQuestion[] left = [.. _questions.Questions.Where(question => IsLeft(log, question, retriesErrors))];
                int done = _questions.Questions.Count - left.Length;
                _earlier += done;
                _runDone += done;
                if (left.Length == 0 || _givenUp.ContainsKey(model.Name))
                {
                    // What is not asked is no part of the time left.
                    _runTotal -= left.Length;
                    continue;
                }

                answerer ??= Open(model);
                int before = log.Answers.Count;
                string? reason = answerer is null ? _givenUp[model.Name] : await AskAsync(answerer, model, corruption, left, done, log, pace, cancellation).ConfigureAwait(false);
                if (reason is not null)
                {
                    _givenUp[model.Name] = reason;
                    _runTotal -= left.Length - (log.Answers.Count - before);
                }
            }
        }
        finally
        {
            answerer?.Dispose();
        }
    }

    private static bool IsLeft(AnswerLog log, EvaluationQuestion question, bool retriesErrors) =>
        !log.Answers.TryGetValue(question.Id, out ModelAnswer? answer) || (retriesErrors && answer.Error is not null);

    /// <returns>Null where the model cannot be opened; the reason is kept.</returns>
    private IAnswerer? Open(NamedModel model)
    {
        try
        {
            return _open(model);
        }
        catch (InputException exception) when (_recipe.OnModelError == OnModelError.Record)
        {
            _givenUp[model.Name] = exception.Message;
            return null;
        }
    }

    private Task<string?> AskAsync(
        IAnswerer answerer,
        NamedModel model,
        CorruptionChoice corruption,
        EvaluationQuestion[] left,
        int done,
        AnswerLog log,
        ModelPace pace,
        CancellationToken cancellation)
    {
        int failed = log.Answers.Values.Count(answer => answer.Error is not null && _questions.Find(answer.Id) is not null && !Array.Exists(left, question => question.Id == answer.Id));
        _runBegin ??= _time.GetTimestamp();
        pace.Begin ??= _time.GetTimestamp();
        Report();
        return answerer.AnswerAsync(left, _pictures(corruption), Take, cancellation);

        void Take(IReadOnlyList<ModelAnswer> answers)
        {
            log.Append(answers);
            _answered += answers.Count;
            _runDone += answers.Count;
            done += answers.Count;
            pace.Answers += answers.Count;
            failed += answers.Count(answer => answer.Error is not null);
            Report();
            if (_recipe.OnModelError == OnModelError.Stop && answers.FirstOrDefault(answer => answer.Error is not null) is ModelAnswer failure)
            {
                _stop ??= new Problem($"{model.Name}, {corruption.Name}, question {failure.Id}", failure.Error!);
                throw new StopException();
            }
        }

        void Report()
        {
            double seconds = _time.GetElapsedTime(_runBegin.Value).TotalSeconds;
            double modelSeconds = _time.GetElapsedTime(pace.Begin.Value).TotalSeconds;
            _progress?.Report(new AnswerProgress(
                model.Name,
                corruption.Name,
                done,
                _questions.Questions.Count,
                failed,
                _runDone,
                _runTotal,
                pace.Answers == 0 || modelSeconds <= 0 ? null : pace.Answers / modelSeconds,
                _answered == 0 ? null : TimeSpan.FromSeconds(seconds / _answered * (_runTotal - _runDone))));
        }
    }

    private sealed class ModelPace
    {
        public long? Begin { get; set; }

        public int Answers { get; set; }
    }

    /// <summary>Leaves an answerer's loop.</summary>
    private sealed class StopException : Exception;
}
