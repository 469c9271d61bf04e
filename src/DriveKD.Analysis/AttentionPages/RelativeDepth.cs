namespace DriveKD.Analysis.AttentionPages;

/// <summary>Which layers of two models stand beside each other.</summary>
public static class RelativeDepth
{
    /// <summary>1 + round((l - 1)(n - 1) / (N - 1)): first beside first, last beside last.</summary>
    /// <param name="layer">l, from 1.</param>
    /// <param name="layers">N, the layers of its model.</param>
    /// <param name="others">n, the layers of the other model.</param>
    /// <returns>The other model's layer, from 1. A half is rounded up; a model of one layer stands beside the first.</returns>
    public static int Match(int layer, int layers, int others)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(others, 1);
        return layers == 1 ? 1 : 1 + (int)Math.Round((layer - 1.0) * (others - 1) / (layers - 1), MidpointRounding.AwayFromZero);
    }
}
