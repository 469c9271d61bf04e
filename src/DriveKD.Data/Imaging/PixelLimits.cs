using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging;

/// <summary>Areas between which pictures are brought, in place of a model's own; null leaves a limit as it is.</summary>
/// <param name="MinPixels">The smallest area, in pixels.</param>
/// <param name="MaxPixels">The largest area, in pixels.</param>
public sealed record PixelLimits(long? MinPixels = null, long? MaxPixels = null)
{
    /// <summary>A model's own limits.</summary>
    public static PixelLimits Own { get; } = new();

    /// <summary>Neither is given.</summary>
    public bool AreOwn => MinPixels is null && MaxPixels is null;

    /// <summary>Puts the limits into a model's options.</summary>
    /// <param name="options">The model's own.</param>
    /// <param name="where">Where they come from, for messages: the name of the smaller one and of the larger one.</param>
    /// <exception cref="InputException">A limit is below one token's area, or the smaller one is the larger.</exception>
    public Qwen25VLImageOptions Apply(Qwen25VLImageOptions options, (string Min, string Max) where)
    {
        long least = (long)options.PatchSize * options.MergeSize * options.PatchSize * options.MergeSize;
        List<Problem> problems = [];
        foreach ((string name, long? value) in ((string, long?)[])[(where.Min, MinPixels), (where.Max, MaxPixels)])
        {
            if (value < least)
            {
                problems.Add(new Problem(name, string.Create(CultureInfo.InvariantCulture, $"is {value}; at least {least} pixels, the area of one token, are expected.")));
            }
        }

        Qwen25VLImageOptions limited = options with { MinPixels = MinPixels ?? options.MinPixels, MaxPixels = MaxPixels ?? options.MaxPixels };
        if (problems.Count == 0 && limited.MinPixels > limited.MaxPixels)
        {
            problems.Add(new Problem(
                MinPixels is null ? where.Max : where.Min,
                string.Create(CultureInfo.InvariantCulture, $"pictures would have at least {limited.MinPixels} and at most {limited.MaxPixels} pixels; the first is expected to be no larger.")));
        }

        return problems.Count == 0 ? limited : throw new InputException(problems);
    }
}
