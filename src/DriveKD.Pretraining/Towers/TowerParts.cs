using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Optimization;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Folders;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = DriveKD.Distillation.Optimization.AdamW;

namespace DriveKD.Pretraining.Towers;

/// <summary>Everything that a tower's training changes: the tower, the heads, the optimizer's moments, the count of steps.</summary>
internal sealed class TowerParts : IDisposable
{
    private const string WeightSet = "weights";
    private const string OptimizerSet = "optimizer";

    private readonly TowerSession _session;
    private readonly OrderedDictionary<string, Parameter> _trained = [];
    private readonly AdamW _optimizer;

    /// <param name="session">The session; its model's tower is marked as trained.</param>
    public TowerParts(TowerSession session)
    {
        _session = session;
        foreach ((string name, Tensor weight) in session.Model.WeightsByName().Where(entry => session.Model.Config.Family.Names.IsOfTower(entry.Key)))
        {
            weight.requires_grad_(true);
            _trained.Add(name, (Parameter)weight);
        }

        Heads = new LabelHeads(session.Training.Scheme, session.Model.Config.ProjectorInputs, new SeedStreams(session.Recipe.Seed), session.Device);
        foreach ((string name, Parameter parameter) in Heads.Parameters)
        {
            _trained.Add(name, parameter);
        }

        _optimizer = new AdamW([.. _trained.Values], session.Recipe.Train.ToTrainSettings(), [.. _trained.Keys]);
    }

    /// <summary>Optimizer steps done.</summary>
    public int Step { get; private set; }

    /// <summary>The heads.</summary>
    public LabelHeads Heads { get; }

    /// <summary>The norm of all gradients together.</summary>
    public double GradientNorm()
    {
        using InnerProducts products = new(1);
        foreach (Parameter parameter in _trained.Values)
        {
            if (parameter.grad is Tensor gradient)
            {
                products.Add([gradient]);
            }
        }

        return Math.Sqrt(products.ToArray()[0, 0]);
    }

    /// <summary>One optimizer step.</summary>
    /// <param name="learningRate">Its rate.</param>
    /// <param name="norm">The gradients' norm.</param>
    public void Update(double learningRate, double norm)
    {
        if (_session.Recipe.Train.ClipNorm is double limit)
        {
            GradientClipping.Clip([.. _trained.Values], norm, limit);
        }

        _optimizer.Step(learningRate);
        Step++;
    }

    /// <summary>Fills a model folder: the source's with the trained tower.</summary>
    public void Export(string folder) => CheckpointWriter.Write(
        _session.Recipe.Model,
        folder,
        _trained.Where(entry => _session.Model.Config.Family.Names.IsOfTower(entry.Key)).ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value));

    /// <summary>Writes the heads, which are no part of the model.</summary>
    public void WriteHeads(string file) => SafetensorsWriter.Write(
        file, [.. Heads.Parameters.Select(entry => KeyValuePair.Create(entry.Key, (Tensor)entry.Value))]);

    /// <summary>Fills a folder of what only training needs.</summary>
    public void Save(string folder) => TrainingState.Write(
        folder,
        new Dictionary<string, IReadOnlyDictionary<string, double>>
        {
            ["counters"] = new Dictionary<string, double> { ["step"] = Step },
            [OptimizerSet] = _optimizer.Save(),
        },
        new Dictionary<string, IReadOnlyDictionary<string, Tensor>>
        {
            [WeightSet] = Weights(),
            [OptimizerSet] = _optimizer.Export(),
        });

    /// <summary>Takes back what <see cref="Save"/> wrote.</summary>
    /// <exception cref="Data.Errors.InputException">The state is damaged, or of another training.</exception>
    public void Restore(string folder)
    {
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> numbers = TrainingState.ReadNumbers(folder);
        TrainingState.ReadTensors(folder, WeightSet, saved =>
        {
            SavedTensors.Check(saved, Weights(), isWhole: true);
            using IDisposable noGrad = no_grad();
            foreach ((string name, Parameter parameter) in _trained)
            {
                parameter.copy_(saved[name]);
            }
        });
        TrainingState.ReadTensors(folder, OptimizerSet, _optimizer.Restore);
        _optimizer.Restore(numbers.GetValueOrDefault(OptimizerSet) ?? new Dictionary<string, double>());
        Step = (int)(numbers.GetValueOrDefault("counters")?.GetValueOrDefault("step") ?? 0);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        Heads.Dispose();
    }

    private Dictionary<string, Tensor> Weights() => _trained.ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value);
}
