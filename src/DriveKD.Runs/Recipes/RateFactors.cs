using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The list <c>train.rate_factors</c>: embeddings, say, may learn slower than the rest. The first item that matches a name decides.</summary>
public static class RateFactors
{
    private const string Key = "train.rate_factors";
    private const int NamesShown = 3;

    /// <summary>The factor of every parameter; 1 where no item matches.</summary>
    /// <param name="items">A list that <see cref="TrainSettings"/> has accepted, or null.</param>
    /// <param name="names">The names of the trained parameters.</param>
    /// <param name="where">The place of a key, for messages: <see cref="ResolvedRecipe{T}.Where"/>.</param>
    /// <exception cref="InputException">Items match no parameter that is trained, or none that an earlier item leaves.</exception>
    public static IReadOnlyList<double> Of(ValueList<string>? items, IReadOnlyList<string> names, Func<string, string> where)
    {
        RateFactor[] factors = [.. (items ?? []).Select(Parse)];
        int[] deciding = [.. names.Select(name => Array.FindIndex(factors, factor => factor.Matches(name)))];
        Problem[] problems =
        [
            .. factors.Select((factor, index) => (factor, index)).Where(entry => !deciding.Contains(entry.index))
                .Select(entry => new Problem(where(RecipeNames.Item(Key, entry.index)), WhyUnused(entry.factor, names))),
        ];
        return problems.Length == 0
            ? [.. deciding.Select(index => index < 0 ? 1 : factors[index].Factor)]
            : throw new InputException(problems);
    }

    /// <summary>Every item that cannot be read.</summary>
    /// <param name="items">The list, or null where it is not written.</param>
    /// <param name="key">Its key.</param>
    internal static IEnumerable<RuleBreach> FindFaults(ValueList<string>? items, string key)
    {
        for (int i = 0; i < (items?.Count ?? 0); i++)
        {
            if (!RateFactor.TryParse(items![i], out _, out string? problem))
            {
                yield return new RuleBreach(problem!, RecipeNames.Item(key, i));
            }
        }
    }

    private static RateFactor Parse(string item) =>
        RateFactor.TryParse(item, out RateFactor? factor, out string? problem) ? factor : throw new ArgumentException(problem, nameof(item));

    private static string WhyUnused(RateFactor factor, IReadOnlyList<string> names) =>
        names.Any(factor.Matches)
            ? $"'{factor.Pattern}' matches only parameters that an earlier item already decides: the first match wins. Move it forward or remove it."
            : $"no parameter that is trained matches '{factor.Pattern}'; the nearest are {string.Join(", ", names.OrderBy(factor.Distance).Take(NamesShown))}.";
}
