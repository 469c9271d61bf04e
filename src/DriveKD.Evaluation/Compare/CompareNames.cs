using System.Globalization;
using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.Compare;

/// <summary>How a comparison's tables call things.</summary>
public static class CompareNames
{
    /// <summary>A capability, or the mean over them.</summary>
    /// <param name="capability">Null for the mean.</param>
    public static string Of(Capability? capability) => capability?.ToString().ToLowerInvariant() ?? "mean";

    /// <summary>A size.</summary>
    /// <param name="size">Null for all samples.</param>
    public static string OfSize(int? size) => size?.ToString(CultureInfo.InvariantCulture) ?? "all";
}
