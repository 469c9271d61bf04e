using DriveKD.Data.Errors;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Answers;

public sealed class AnswerRunTests : IDisposable
{
    private readonly Scene _scene = new(2);
    private readonly List<string> _asked = [];
    private readonly List<string> _opened = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task RunAsync_ModelsAndPasses_AsksEachQuestionOnceOfEach()
    {
        List<AnswerProgress> progress = [];

        AnswerOutcome outcome = await Run(["a", "b"], ["clean", "fog"], progress: new Collector(progress));

        Assert.Equal((48, 0, false), (outcome.Answered, outcome.Earlier, outcome.WasCancelled));
        Assert.Equal(48, _asked.Distinct().Count());
        Assert.Equal(["a", "b"], _opened);
        Assert.Equal((48L, 48L, 12, 12), (progress[^1].RunDone, progress[^1].RunTotal, progress[^1].Done, progress[^1].Total));
        Assert.Equal(["a/clean", "a/fog-5", "b/clean", "b/fog-5"], progress.Select(value => $"{value.Model}/{value.Corruption}").Distinct());
    }

    [Fact]
    public async Task RunAsync_CancelledAnywhere_AsksTheRestNextTime()
    {
        using CancellationTokenSource stop = new();
        AnswerOutcome cut = await Run(["a", "b"], ["clean", "fog"], onAsked: count =>
        {
            if (count == 17)
            {
                stop.Cancel();
            }
        }, cancellation: stop.Token);
        Assert.True(cut.WasCancelled);
        Assert.InRange(cut.Answered, 16, 17);

        AnswerOutcome rest = await Run(["a", "b"], ["clean", "fog"]);

        Assert.Equal((48 - cut.Answered, cut.Answered), (rest.Answered, rest.Earlier));
        Assert.Equal(48, _asked.Distinct().Count());

        // Nothing is left: no model is opened.
        _opened.Clear();
        Assert.Equal((0, 48), ((await Run(["a", "b"], ["clean", "fog"])).Answered, (await Run(["a", "b"], ["clean", "fog"])).Earlier));
        Assert.Empty(_opened);
    }

    [Fact]
    public async Task RunAsync_FailingQuestion_IsRecordedAndAskedAgainOnlyWhenWanted()
    {
        AnswerOutcome outcome = await Run(["a"], ["clean"], fails: id => id.EndsWith("planning-1/0", StringComparison.Ordinal));
        Assert.Equal(12, outcome.Answered);
        Assert.Equal(2, Answers("a").Values.Count(answer => answer.Error == "failed as told"));

        Assert.Equal(0, (await Run(["a"], ["clean"])).Answered);
        Assert.Equal(2, (await Run(["a"], ["clean"], retries: true)).Answered);
        Assert.DoesNotContain(Answers("a").Values, answer => answer.Error is not null);
    }

    [Fact]
    public async Task RunAsync_StopAtErrors_WritesTheErrorAndStops()
    {
        AnswerOutcome outcome = await Run(["a", "b"], ["clean"], fails: id => id.EndsWith("perception-2/0", StringComparison.Ordinal), onError: OnModelError.Stop);

        Assert.Contains("a, clean, question scene-0/frame-0/perception-2/0: failed as told", outcome.Stop!.ToString(), StringComparison.Ordinal);
        Assert.Equal((2, 1), (Answers("a").Count, _opened.Count));
    }

    [Fact]
    public async Task RunAsync_ModelThatGivesUpOrDoesNotOpen_LeavesTheRestUnaskedAndTheOthersGoOn()
    {
        AnswerOutcome outcome = await Run(["tired", "broken", "b"], ["clean", "fog"]);

        Assert.Equal(["broken", "tired"], outcome.GivenUp.Keys.Order());
        Assert.Contains("no more", outcome.GivenUp["tired"], StringComparison.Ordinal);
        Assert.Equal((3, 0, 12), (Answers("tired").Count, Answers("broken").Count, Answers("b").Count));
        Assert.Equal(27, outcome.Answered);
    }

    private IReadOnlyDictionary<string, ModelAnswer> Answers(string model) => AnswerLog.Read(_scene.Folder.Answers(NamedModel.Parse(model), CorruptionChoice.Clean));

    private Task<AnswerOutcome> Run(
        string[] models,
        string[] corruptions,
        Func<string, bool>? fails = null,
        Action<int>? onAsked = null,
        OnModelError onError = OnModelError.Record,
        bool retries = false,
        IProgress<AnswerProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        EvaluateRecipe recipe = _scene.Recipe(models, corruptions) with { OnModelError = onError };
        AnswerRun run = new(recipe, _scene.Questions, recipe.CorruptionChoices(), _scene.Folder, corruption => _scene.Pictures(corruption.Name.Split('-')[0]), model =>
        {
            _opened.Add(model.Name);
            return model.Name == "broken" ? throw new InputException("broken", "has no weights") : new Answerer(model.Name, _asked, fails ?? (_ => false), onAsked ?? (_ => { }));
        });
        return run.RunAsync(retries, progress, cancellation);
    }

    private sealed class Answerer(string model, List<string> asked, Func<string, bool> fails, Action<int> onAsked) : IAnswerer
    {
        public Task<string?> AnswerAsync(IReadOnlyList<EvaluationQuestion> questions, PassPictures pictures, Action<IReadOnlyList<ModelAnswer>> answered, CancellationToken cancellation)
        {
            foreach (EvaluationQuestion question in questions)
            {
                cancellation.ThrowIfCancellationRequested();
                if (model == "tired" && asked.Count >= 3)
                {
                    return Task.FromResult<string?>("no more");
                }

                asked.Add($"{model}/{pictures.Corruption.Name}/{question.Id}");
                onAsked(asked.Count);
                bool isFailure = fails(question.Id);
                answered([new ModelAnswer
                {
                    Id = question.Id,
                    Question = question.Sample.Question,
                    Pred = isFailure ? null : "an answer",
                    Error = isFailure ? "failed as told" : null,
                }]);
            }

            return Task.FromResult<string?>(null);
        }

        public void Dispose()
        {
        }
    }

    private sealed class Collector(List<AnswerProgress> values) : IProgress<AnswerProgress>
    {
        public void Report(AnswerProgress value) => values.Add(value);
    }
}
