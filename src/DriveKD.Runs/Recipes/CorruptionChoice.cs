using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>A corruption as a recipe writes it: a kind, and how heavy.</summary>
/// <param name="Info">The kind.</param>
/// <param name="Severity">1 to 5; 0 where the kind has none.</param>
public sealed record CorruptionChoice(CorruptionInfo Info, int Severity)
{
    /// <summary>The severity of kinds for which none was found published.</summary>
    public const int DefaultSeverity = 3;

    /// <summary>The form of an item.</summary>
    internal const string Pattern = "[A-Za-z0-9][A-Za-z0-9_ -]*(:[0-9]{1,2})?";

    /// <summary>The form of an item, in words.</summary>
    internal const string Expected = "clean, noimage, all, or KIND or KIND:SEVERITY of docs/EVALUATION.md";

    /// <summary>The pictures as they are.</summary>
    public static CorruptionChoice Clean { get; } = new(CorruptionCatalog.Of(CorruptionKind.Clean), 0);

    /// <summary>Its name in files and tables: <c>fog-5</c>, <c>clean</c>.</summary>
    public string Name => Severity == 0 ? Info.Name : string.Create(CultureInfo.InvariantCulture, $"{Info.Name}-{Severity}");

    /// <summary>Its name for people: <c>Fog, severity 5</c>.</summary>
    public string Title => Severity == 0 ? Info.Title : string.Create(CultureInfo.InvariantCulture, $"{Info.Title}, severity {Severity}");

    /// <summary>Whether it is one of the fifteen faults.</summary>
    public bool IsFault => Info.Group is not null;

    /// <summary>Reads a list.</summary>
    /// <param name="items">Items without faults; <c>all</c> stands for the fifteen kinds of fault.</param>
    /// <returns>In the order of their first mention, each once.</returns>
    public static IReadOnlyList<CorruptionChoice> Parse(IEnumerable<string> items) => [.. items.SelectMany(item => Read(item, out _)).Distinct()];

    /// <summary>What is wrong with a list.</summary>
    internal static IEnumerable<RuleBreach> FindFaults(ValueList<string>? items, string key)
    {
        foreach (string item in items ?? [])
        {
            Read(item, out string? problem);
            if (problem is not null)
            {
                yield return new RuleBreach(problem, key);
            }
        }
    }

    private static IReadOnlyList<CorruptionChoice> Read(string item, out string? problem)
    {
        problem = null;
        string[] parts = item.Split(':', 2);
        string name = parts[0].Trim();
        int? severity = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        if (name.Equals(CorruptionCatalog.AllName, StringComparison.OrdinalIgnoreCase))
        {
            return [.. CorruptionCatalog.Faults.Select(fault => Of(fault, severity is int wanted ? Math.Clamp(wanted, 1, fault.HighestSeverity) : null))];
        }

        if (!CorruptionCatalog.TryFind(name, out CorruptionInfo? info))
        {
            string near = NearestName.Find(name, CorruptionCatalog.All.Select(known => known.Name)) is string nearest ? $" Did you mean '{nearest}'?" : "";
            problem = $"'{name}' is no corruption.{near} Known: {CorruptionCatalog.AllName}, {string.Join(", ", CorruptionCatalog.All.Select(known => known.Name))}";
            return [];
        }

        CorruptionChoice choice = Of(info!, severity);
        problem = severity is not null && info!.HighestSeverity == 0 ? $"{info.Name} has no severities: write it without one"
            : CorruptionCatalog.WhyNot(info!, choice.Severity);
        return problem is null ? [choice] : [];
    }

    private static CorruptionChoice Of(CorruptionInfo info, int? severity) =>
        new(info, info.HighestSeverity == 0 ? 0 : severity ?? info.PublishedSeverity ?? DefaultSeverity);
}
