using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// What is trained, and what the optimizer steps: the chosen parameters and adapters themselves, or float32 masters of bfloat16 ones.
/// At a rate of 5e-5 most updates of a bfloat16 weight are smaller than its rounding and would be lost; bfloat16-pure loses them, as
/// the released code does.
/// </summary>
internal sealed class TrainableWeights : IDisposable
{
    private const string WeightEnding = ".weight";

    private readonly VisionLanguageModel _student;
    private readonly string _folder;
    private readonly LoraSettings _lora;
    private readonly OrderedDictionary<string, Parameter> _parameters = [];
    private readonly OrderedDictionary<string, Parameter> _masters;

    /// <param name="student">The model; its parameters are marked as trained or frozen, and adapters attached where they are asked for.</param>
    /// <param name="folder">The student's checkpoint: masters start from its values, not from their bfloat16 rounding.</param>
    /// <param name="train">What is trained.</param>
    /// <param name="precision">Whether the optimizer keeps masters of a bfloat16 model.</param>
    /// <param name="seeds">The adapters' start.</param>
    /// <exception cref="InputException">The selection or the adapters do not fit the model, or the checkpoint cannot be read any more.</exception>
    public TrainableWeights(VisionLanguageModel student, string folder, TrainSettings train, Precision precision, SeedStreams seeds)
    {
        (_student, _folder, _lora) = (student, folder, train.Lora);
        bool hasAdapters = _lora.Rank > 0;
        Dictionary<string, Parameter> all = student.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        IReadOnlyList<string> chosen = ParameterSelection.Choose(ParameterSelection.ItemsOf(train), [.. all.Keys], hasAdapters, student.Config.Family.Names);
        IReadOnlyDictionary<string, Parameter> adapters = hasAdapters ? student.AttachAdapters(_lora, seeds) : new Dictionary<string, Parameter>();
        foreach (Parameter parameter in all.Values)
        {
            parameter.requires_grad = false;
        }

        foreach ((string name, Parameter parameter) in chosen.Select(name => KeyValuePair.Create(name, all[name])).Concat(adapters))
        {
            parameter.requires_grad = true;
            _parameters.Add(name, parameter);
        }

        HasMasters = precision != Precision.Bfloat16Pure && student.Placement.DType != ScalarType.Float32;
        _masters = HasMasters ? [] : _parameters;
        if (HasMasters)
        {
            CreateMasters(chosen);
        }
    }

    /// <summary>The optimizer steps float32 copies.</summary>
    public bool HasMasters { get; }

    /// <summary>What the optimizer steps: float32, or bfloat16 where it keeps no masters of a bfloat16 model.</summary>
    public IReadOnlyList<Parameter> Optimised => _masters.Values;

    /// <summary>How many numbers are trained.</summary>
    public long Count => _parameters.Values.Sum(parameter => parameter.numel());

    /// <summary>The names of what is trained.</summary>
    public IReadOnlyList<string> Names => _parameters.Keys;

    /// <summary>What the student computes with and gradients reach; the optimizer may step masters of them.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters.Values;

    /// <summary>After each optimizer step: rounds the masters into the model.</summary>
    public void Publish()
    {
        if (!HasMasters)
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        foreach ((Parameter parameter, Parameter master) in _parameters.Values.Zip(_masters.Values))
        {
            parameter.copy_(master);
        }
    }

    /// <summary>
    /// The weights to write: every trained parameter as the optimizer keeps it, and every matrix with an adapter as the two together.
    /// The model's own weights stay as they are.
    /// </summary>
    /// <param name="values">Other values of everything that is trained, by name: a running average; null for the trained ones.</param>
    /// <exception cref="InputException">The checkpoint cannot be read any more.</exception>
    public ExportedWeights Export(IReadOnlyDictionary<string, Tensor>? values = null)
    {
        IReadOnlyDictionary<string, Tensor> trained = values ?? State();
        Dictionary<string, Tensor> weights = trained.Where(entry => !IsAdapter(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value);
        string[] matrices = [.. _masters.Keys.Where(IsA).Select(name => name[..^AdapterTargets.AEnding.Length])];
        Dictionary<string, Tensor> merged = [];
        ExportedWeights exported = new(weights, merged.Values);
        try
        {
            CopyBases(matrices, weights, merged);
            foreach (string matrix in matrices)
            {
                string weight = matrix + WeightEnding;
                LowRankAdapter.MergeInto(
                    merged[weight], trained[matrix + AdapterTargets.AEnding], trained[matrix + AdapterTargets.BEnding], _lora.Alpha / _lora.Rank);
                weights[weight] = merged[weight];
            }

            return exported;
        }
        catch
        {
            exported.Dispose();
            throw;
        }
    }

    /// <summary>What an exact resume needs: everything that the optimizer steps, adapters included, by name. Nothing is copied.</summary>
    public IReadOnlyDictionary<string, Tensor> State() => _masters.ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value);

    /// <summary>Takes back what <see cref="State"/> gave, into masters and model.</summary>
    /// <param name="state">The same names and shapes, on any device; copied.</param>
    /// <exception cref="InputException">Names are missing or unknown, or shapes differ; all at once, and nothing was taken.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        const string Remedy = "Resume with the train.trainable and train.lora of the run that saved it.";
        ProblemList problems = new();
        foreach ((string name, Parameter master) in _masters)
        {
            if (!state.TryGetValue(name, out Tensor? saved))
            {
                problems.Add($"saved weights, {name}", $"is trained here but was not saved. {Remedy}");
            }
            else if (!saved.shape.AsSpan().SequenceEqual(master.shape))
            {
                problems.Add(
                    $"saved weights, {name}", $"was saved as [{string.Join(", ", saved.shape)}], here it is [{string.Join(", ", master.shape)}]. {Remedy}");
            }
        }

        foreach (string name in state.Keys.Where(name => !_masters.ContainsKey(name)))
        {
            problems.Add($"saved weights, {name}", $"was saved but is not trained here. {Remedy}");
        }

        problems.ThrowIfAny();
        using (IDisposable noGrad = no_grad())
        {
            foreach ((string name, Parameter master) in _masters)
            {
                master.copy_(state[name]);
            }
        }

        Publish();
    }

    public void Dispose()
    {
        if (HasMasters)
        {
            foreach (Parameter master in _masters.Values)
            {
                master.Dispose();
            }
        }
    }

    private static bool IsA(string name) => name.EndsWith(AdapterTargets.AEnding, StringComparison.Ordinal);

    private static bool IsAdapter(string name) => IsA(name) || name.EndsWith(AdapterTargets.BEnding, StringComparison.Ordinal);

    private void CreateMasters(IReadOnlyList<string> stored)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in _parameters)
        {
            Parameter master = new(empty(parameter.shape, ScalarType.Float32, parameter.device), requires_grad: true);
            master.DetachFromDisposeScope();
            master.copy_(parameter);
            _masters.Add(name, master);
        }

        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(_folder);
            CheckpointLoader.Load(checkpoint, _student.Config, stored.ToDictionary(name => name, name => (Tensor)_masters[name]));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies matrices to float32 on the processor. A frozen one of a bfloat16 model is read as it is stored: merging onto its rounding
    /// would lose what is below.
    /// </summary>
    private void CopyBases(IReadOnlyList<string> matrices, Dictionary<string, Tensor> trained, Dictionary<string, Tensor> copies)
    {
        using IDisposable noGrad = no_grad();
        IReadOnlyDictionary<string, Tensor> model = _student.WeightsByName();
        Dictionary<string, Tensor> stored = [];
        foreach (string weight in matrices.Select(matrix => matrix + WeightEnding))
        {
            Tensor copy = empty(model[weight].shape, ScalarType.Float32, CPU).DetachFromDisposeScope();
            copies.Add(weight, copy);
            if (trained.TryGetValue(weight, out Tensor? master))
            {
                copy.copy_(master);
            }
            else if (_student.Placement.DType == ScalarType.Float32)
            {
                copy.copy_(model[weight]);
            }
            else
            {
                stored.Add(weight, copy);
            }
        }

        if (stored.Count > 0)
        {
            using Checkpoint checkpoint = Checkpoint.Open(_folder);
            CheckpointLoader.Load(checkpoint, _student.Config, stored);
        }
    }
}
