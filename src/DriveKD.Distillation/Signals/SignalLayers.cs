using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Signals;

/// <summary>Which decoder layers of a model a signal taps, counted from 0.</summary>
public static class SignalLayers
{
    /// <summary>The layers of one model.</summary>
    /// <param name="signal">perception: the first; planning: the last but one; reasoning: a range.</param>
    /// <param name="layerCount">The model's decoder layers.</param>
    /// <param name="reasoning">The reasoning signal's range in this model.</param>
    /// <param name="where">The model, for messages.</param>
    /// <exception cref="InputException">The model has too few layers.</exception>
    public static IReadOnlyList<int> Of(Capability signal, int layerCount, LayerRange reasoning, string where)
    {
        if (layerCount < 2)
        {
            throw new InputException(where, $"has {layerCount} decoder layer; the {Name(signal)} signal needs at least 2.");
        }

        switch (signal)
        {
            case Capability.Perception:
                return [0];
            case Capability.Planning:
                return [layerCount - 2];
            case Capability.Reasoning:
                if (!reasoning.TryResolve(layerCount, out int first, out int last))
                {
                    throw new InputException(where, $"has {layerCount} decoder layers; the reasoning signal's range {reasoning} does not fit.");
                }

                return [.. Enumerable.Range(first - 1, last - first + 1)];
            default:
                throw new ArgumentOutOfRangeException(nameof(signal), signal, null);
        }
    }

    private static string Name(Capability signal) => signal.ToString().ToLowerInvariant();
}
