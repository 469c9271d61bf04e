using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Optimization;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Distillation.Training;

/// <summary>Everything that training changes, put together from a session and its recipe: what a checkpoint saves and a resumed run takes back.</summary>
internal sealed class TrainingParts : IDisposable
{
    private const string WeightSet = "weights";
    private const string MapSet = "maps";
    private const string OptimizerSet = "optimizer";
    private const string AverageSet = "average";

    private readonly IReadOnlyDictionary<string, IResumable> _resumable;

    /// <param name="session">The opened models; the student's parameters are marked as trained or frozen.</param>
    /// <exception cref="Data.Errors.InputException">What is to be trained does not fit the student.</exception>
    public TrainingParts(DistillSession session)
        : this(session.Recipe, session.Student, session.StudentFolder, session.Teachers, session.Plan, session.Where)
    {
    }

    /// <param name="recipe">The recipe.</param>
    /// <param name="student">The student; its parameters are marked as trained or frozen.</param>
    /// <param name="studentFolder">Its checkpoint.</param>
    /// <param name="teachers">The teachers in use.</param>
    /// <param name="plan">Static weights, routing and signals.</param>
    /// <param name="where">The place of a key of the recipe, for messages.</param>
    /// <param name="order">The order of the gradient methods that have one; null draws it from the recipe's seed.</param>
    /// <exception cref="Data.Errors.InputException">What is to be trained does not fit the student.</exception>
    public TrainingParts(
        DistillRecipe recipe, VisionLanguageModel student, string studentFolder, TeacherBank teachers, StepPlan plan, Func<string, string> where, ITaskOrder? order = null)
    {
        SeedStreams seeds = new(recipe.Seed);
        QuirkSettings quirks = recipe.QuirksInForce();
        GradientSettings gradients = recipe.GradientsInForce();
        student.CheckpointsActivations = recipe.Train.ActivationCheckpointing;
        Weights = new TrainableWeights(student, studentFolder, recipe.Train, recipe.Precision, seeds);
        Maps = new HiddenStateMaps(plan.Signals.Values.SelectMany(signal => signal.Maps), seeds, student.Placement.Device);
        Optimised = [.. Weights.Optimised, .. Maps.Parameters.Values];
        string[] names = [.. Weights.Names, .. Maps.Parameters.Keys];
        IReadOnlyList<double> rates = [.. RateFactors.Of(recipe.Train.RateFactors, Weights.Names, where), .. Maps.Parameters.Select(_ => 1.0)];
        Optimizer = new AdamW(Optimised, recipe.Train, names, rates);
        Average = recipe.Train.Ema is double decay ? new ExponentialAverage(Weights.Optimised, Weights.Names, decay) : null;
        Weighting = LossWeightings.Create(recipe.Weighting, recipe.Distillation.Weights, quirks.WeightOverflow);
        order ??= new RandomTaskOrder(seeds.Open(RandomTaskOrder.StreamName));
        IGradientMethod method = GradientMethods.Create(gradients);
        UpdateParameters parameters = new(Weights.Parameters, [.. Maps.Parameters.Values]);
        Updates = new UpdateAccumulator(parameters, new GradientCombiner(method, order), Weighting, gradients)
        {
            HasSignals = plan.Signals.Count > 0,
            Lazy = gradients.Refresh > 1 ? new LazyCoefficients(gradients.Refresh) : null,
        };
        Step = new DistillStep(student, teachers, plan, Maps, Updates);
        Dictionary<string, IResumable> resumable = new() { ["counters"] = Counters, ["optimizer"] = Optimizer, ["weighting"] = Weighting };
        foreach ((string name, object part) in ((string, object)[])[("order", order), ("method", method)])
        {
            if (part is IResumable remembering)
            {
                resumable.Add(name, remembering);
            }
        }

        if (Updates.Lazy is not null)
        {
            resumable.Add("lazy", Updates.Lazy);
        }

        _resumable = resumable;
    }

    public TrainingCounters Counters { get; } = new();

    /// <summary>Of a restored state: the metrics of its last step, where they were not written any more.</summary>
    public IReadOnlyDictionary<string, double>? PendingRow { get; private set; }

    public TrainableWeights Weights { get; }

    public HiddenStateMaps Maps { get; }

    /// <summary>What the optimizer steps: trained weights, then maps.</summary>
    public IReadOnlyList<Parameter> Optimised { get; }

    public AdamW Optimizer { get; }

    public ExponentialAverage? Average { get; }

    public ILossWeighting Weighting { get; }

    public UpdateAccumulator Updates { get; }

    public DistillStep Step { get; }

    /// <summary>What every part remembers now.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Numbers() => _resumable.ToDictionary(part => part.Key, part => part.Value.Save());

    /// <summary>Fills a folder of what only training needs.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="numbers">What the parts remembered at the end of the last whole step.</param>
    public void Save(string folder, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> numbers) =>
        TrainingState.Write(folder, numbers, new Dictionary<string, IReadOnlyDictionary<string, Tensor>>
        {
            [WeightSet] = Weights.State(),
            [MapSet] = Maps.Parameters.ToDictionary(map => map.Key, map => (Tensor)map.Value),
            [OptimizerSet] = Optimizer.Export(),
            [AverageSet] = Average?.Export() ?? new Dictionary<string, Tensor>(),
        });

    /// <summary>Takes back what <see cref="Save"/> wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="Data.Errors.InputException">The state is damaged, or of another training.</exception>
    public void Restore(string folder)
    {
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> numbers = TrainingState.ReadNumbers(folder);
        foreach ((string name, IResumable part) in _resumable)
        {
            // A part that another recipe has added starts anew.
            if (numbers.TryGetValue(name, out IReadOnlyDictionary<string, double>? state))
            {
                part.Restore(state);
            }
        }

        PendingRow = numbers.GetValueOrDefault(TrainingJournal.PendingRow);
        TrainingState.ReadTensors(folder, WeightSet, Weights.Restore);
        TrainingState.ReadTensors(folder, MapSet, Maps.Restore);
        TrainingState.ReadTensors(folder, OptimizerSet, Optimizer.Restore);
        if (Average is not null)
        {
            TrainingState.ReadTensors(folder, AverageSet, Average.Restore);
        }
    }

    /// <summary>Writes the student as it is shown to the world: the running average where there is one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="folder">The model folder to fill.</param>
    public void Export(DistillSession session, string folder)
    {
        using ExportedWeights exported = Weights.Export(Average?.Export());
        Models.Checkpoints.CheckpointWriter.Write(
            session.StudentFolder, folder, exported.Tensors, new Models.Checkpoints.CheckpointWriterOptions { Limits = session.Recipe.Data.PixelLimits() });
    }

    /// <summary>Lets the student compute with what <see cref="Export"/> would write; disposing takes the trained weights back, bit for bit.</summary>
    public IDisposable? UseExported() => Average is null ? null : new SwappedWeights(Weights, Average.Export());

    public void Dispose()
    {
        Updates.Dispose();
        Average?.Dispose();
        Optimizer.Dispose();
        Maps.Dispose();
        Weights.Dispose();
    }
}
