using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Which decoder layers are looked at. Layers count from 1, as in the paper.</summary>
public sealed class AttentionLayers
{
    private const string EveryName = "all";
    private const string Expected = "all, first, penultimate, or numbers and ranges from 1 such as 1,4-8 are expected";

    // More than any decoder has; a range is never counted out before a model has bounded it.
    private const int MostLayers = 10_000;

    private readonly IReadOnlyList<(AttentionLayer First, AttentionLayer Last)>? _ranges;

    private AttentionLayers(IReadOnlyList<(AttentionLayer First, AttentionLayer Last)>? ranges) => _ranges = ranges;

    /// <summary>Every layer.</summary>
    public static AttentionLayers All { get; } = new(null);

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="text">all, or first, penultimate, numbers and ranges from 1, separated by commas.</param>
    /// <param name="where">Where it was written, for messages.</param>
    /// <exception cref="InputException">Every part that is none of these.</exception>
    public static AttentionLayers Parse(string text, string where)
    {
        if (text == EveryName)
        {
            return All;
        }

        List<Problem> problems = [];
        List<(AttentionLayer First, AttentionLayer Last)> ranges = [];
        foreach (string part in text.Split(',').Select(part => part.Trim()))
        {
            if (ReadPart(part) is (AttentionLayer, AttentionLayer) range)
            {
                ranges.Add(range);
            }
            else
            {
                problems.Add(new Problem(where, $"'{part}' names no layers; {Expected}."));
            }
        }

        return problems.Count > 0 ? throw new InputException(problems) : new AttentionLayers(ranges);
    }

    /// <summary>The layers' numbers, from 1, in a model of so many layers.</summary>
    /// <param name="layers">Decoder layers.</param>
    /// <returns>Rising, each once.</returns>
    /// <exception cref="InputException">The model lacks one of them.</exception>
    public IReadOnlyList<int> Resolve(int layers)
    {
        if (_ranges is null)
        {
            return [.. Enumerable.Range(1, layers)];
        }

        List<Problem> problems = [];
        SortedSet<int> numbers = [];
        foreach ((AttentionLayer first, AttentionLayer last) in _ranges)
        {
            try
            {
                (int from, int to) = (first.Resolve(layers), last.Resolve(layers));
                numbers.UnionWith(Enumerable.Range(from, to - from + 1));
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count > 0 ? throw new InputException(problems) : [.. numbers];
    }

    private static (AttentionLayer First, AttentionLayer Last)? ReadPart(string part)
    {
        switch (part)
        {
            case "first":
                return (AttentionLayer.First, AttentionLayer.First);
            case "penultimate":
                return (AttentionLayer.Penultimate, AttentionLayer.Penultimate);
        }

        int[] ends = [.. part.Split('-').Select(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return ends.Length <= 2 && ends.All(end => end is > 0 and <= MostLayers) && ends[0] <= ends[^1]
            ? (AttentionLayer.Numbered(ends[0]), AttentionLayer.Numbered(ends[^1]))
            : null;
    }
}
