using DriveKD.Data.Errors;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Collects every problem of a recipe, and remembers which keys have one.</summary>
/// <param name="file">The recipe file's name, for messages.</param>
/// <param name="overrideSource">Where <c>key=value</c> arguments come from, for messages.</param>
internal sealed class RecipeProblems(string file, string overrideSource = OverrideSource.CommandLineName)
{
    private readonly List<(RecipeOrigin Origin, Problem Problem)> _problems = [];
    private readonly HashSet<string> _faultyKeys = [];

    /// <summary>How many problems there are.</summary>
    public int Count => _problems.Count;

    /// <summary>Adds a problem.</summary>
    /// <param name="origin">Where it was written.</param>
    /// <param name="key">The dotted key; empty for the whole recipe.</param>
    /// <param name="what">What was found, what was expected, what to do.</param>
    public void Add(RecipeOrigin origin, string key, string what)
    {
        _faultyKeys.Add(key);
        _problems.Add((origin, new Problem(origin.Describe(file, key, overrideSource), what)));
    }

    /// <summary>Remembers a key whose problem is already reported under another name.</summary>
    public void MarkFaulty(string key) => _faultyKeys.Add(key);

    /// <summary>Whether a key, a part of it or a part that holds it has a problem.</summary>
    public bool Touches(string key) =>
        _faultyKeys.Any(faulty => faulty == key || IsInside(faulty, key) || IsInside(key, faulty));

    /// <summary>The problems in the order of the file's lines, the command line's last.</summary>
    public IReadOnlyList<Problem> InOrder() =>
        [.. _problems.OrderBy(item => item.Origin.Override is not null).ThenBy(item => item.Origin.Line == 0 ? int.MaxValue : item.Origin.Line)
            .Select(item => item.Problem)];

    private static bool IsInside(string inner, string outer) =>
        inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal) && inner[outer.Length] is ('.' or ',');
}
