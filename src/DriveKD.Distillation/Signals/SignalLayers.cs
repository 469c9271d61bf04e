using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Signals;

/// <summary>Which decoder layers of a model a signal taps.</summary>
internal static class SignalLayers
{
    /// <summary>The layers of one model, counted from 0.</summary>
    /// <param name="range">The recipe's range.</param>
    /// <param name="layerCount">The model's decoder layers.</param>
    /// <param name="key">The range's key in the recipe.</param>
    /// <param name="where">The model, for messages.</param>
    /// <exception cref="InputException">The model has no such layers.</exception>
    public static IReadOnlyList<int> Of(LayerRange range, int layerCount, string key, string where) =>
        range.TryResolve(layerCount, out int first, out int last)
            ? [.. Enumerable.Range(first - 1, last - first + 1)]
            : throw new InputException(where, $"has {layerCount} decoder layer{(layerCount == 1 ? "" : "s")}; {key} {range} does not fit.");
}
