using TorchSharp.Modules;

namespace DriveKD.Distillation.Gradients;

/// <summary>What an update moves.</summary>
internal sealed class UpdateParameters
{
    /// <param name="shared">The student's trained parameters, which every task may reach: the vectors that are projected.</param>
    /// <param name="own">Parameters that a signal brings along (linear maps between widths): only its own gradient reaches them, so nothing is projected.</param>
    public UpdateParameters(IReadOnlyList<Parameter> shared, IReadOnlyList<Parameter>? own = null)
    {
        SharedCount = shared.Count;
        All = [.. shared, .. own ?? []];
    }

    /// <summary>Shared ones first.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>How many are shared.</summary>
    public int SharedCount { get; }
}
