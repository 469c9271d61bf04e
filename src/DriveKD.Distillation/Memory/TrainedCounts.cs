using System.Globalization;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>How many numbers a run trains, and how many of them a task's gradient reaches, from config and recipe alone.</summary>
internal sealed class TrainedCounts
{
    private readonly Dictionary<string, double> _counts = [];
    private readonly ParameterNames _names;

    /// <param name="student">The student's shape.</param>
    /// <param name="train">What is trained; it fits the student.</param>
    public TrainedCounts(ModelConfig student, TrainSettings train)
    {
        _names = student.Family.Names;
        IReadOnlyList<ExpectedTensor> all = student.Family.Expected(student, hasHead: !student.Language.TiesWordEmbeddings);
        bool hasAdapters = train.Lora.Rank > 0;
        HashSet<string> chosen = [.. ParameterSelection.Choose(ParameterSelection.ItemsOf(train), [.. all.Select(tensor => tensor.Name)], hasAdapters, _names)];
        foreach (ExpectedTensor tensor in all)
        {
            double count = tensor.EstimatedCount;
            Model += count;
            if (chosen.Contains(tensor.Name))
            {
                _counts.Add(tensor.Name, count);
            }

            string[] parts = tensor.Name.Split('.');
            if (hasAdapters && tensor.Shape.Length == 2 && _names.IsOfLayers(tensor.Name) && train.Lora.Targets.Contains(parts[^2]))
            {
                string matrix = string.Join('.', parts[..^1]);
                _counts.Add(matrix + AdapterTargets.AEnding, (double)train.Lora.Rank * tensor.Shape[1]);
                _counts.Add(matrix + AdapterTargets.BEnding, (double)train.Lora.Rank * tensor.Shape[0]);
            }
        }
    }

    /// <summary>The model's own parameters.</summary>
    public double Model { get; }

    /// <summary>What is trained, adapters included.</summary>
    public double Total => _counts.Values.Sum();

    /// <summary>The largest tensor that is trained.</summary>
    public double Largest => _counts.Values.Max();

    /// <summary>Whether something of the vision tower or the projector is trained: their activations are then kept.</summary>
    public bool HasVision => _counts.Keys.Any(name => !_names.IsOfLanguage(name));

    /// <summary>Whether norms of decoder layers are trained.</summary>
    public bool HasNorms => HasInLayers("norm.");

    /// <summary>Whether attention projections of decoder layers are trained, or have adapters.</summary>
    public bool HasAttention => HasInLayers(".self_attn.");

    /// <summary>Whether MLPs of decoder layers are trained, or have adapters.</summary>
    public bool HasMlp => HasInLayers(".mlp.");

    /// <summary>How many of the trained numbers the gradient of a loss reaches.</summary>
    /// <param name="taps">What the loss reads of the student; null for supervision, which reads its end.</param>
    public double Reached(SignalTaps? taps)
    {
        if (taps is null || taps.NeedsFinalHidden)
        {
            return Total;
        }

        int map = taps.AttentionLayers.DefaultIfEmpty(-1).Max();
        int whole = Math.Max(map, taps.HiddenStates.DefaultIfEmpty(0).Max());
        return _counts.Where(entry => IsReached(entry.Key, map, whole)).Sum(entry => entry.Value);
    }

    /// <summary>An attention map hears of all layers before its own, and of its own layer's norm, queries and keys.</summary>
    private bool IsReached(string name, int map, int whole)
    {
        if (!_names.IsOfLayers(name))
        {
            return name != _names.Head && !name.StartsWith(_names.FinalNorm, StringComparison.Ordinal);
        }

        string inside = name[_names.Layers.Length..];
        int layer = int.Parse(inside.AsSpan(0, inside.IndexOf('.', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        return layer < whole
            || (layer == map && (inside.Contains("input_layernorm", StringComparison.Ordinal) || inside.Contains("q_proj", StringComparison.Ordinal) || inside.Contains("k_proj", StringComparison.Ordinal)));
    }

    private bool HasInLayers(string part) =>
        _counts.Keys.Any(name => _names.IsOfLayers(name) && name.Contains(part, StringComparison.Ordinal));
}
