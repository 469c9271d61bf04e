using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class RateFactorsTests
{
    private static readonly string[] _names =
    [
        "language_model.model.embed_tokens.weight",
        "language_model.model.layers.0.self_attn.q_proj.weight",
        "language_model.model.layers.0.self_attn.q_proj.bias",
        "language_model.model.layers.11.self_attn.q_proj.weight",
        "language_model.model.norm.weight",
    ];

    [Fact]
    public void Of_SeveralPatterns_TheFirstMatchDecides()
    {
        ResolvedRecipe<DistillRecipe> recipe = Read("*.embed_tokens.*=0.1", "*.layers.?.*.weight=0", "*.layers.*=2");
        Assert.Equal([0.1, 0, 2, 2, 1], RateFactors.Of(recipe.Recipe.Train.RateFactors, _names, recipe.Where));
    }

    [Fact]
    public void Of_NoList_GivesOnes() => Assert.Equal([1, 1, 1, 1, 1], RateFactors.Of(null, _names, key => key));

    [Fact]
    public void Of_PatternsThatDecideNothing_AreReportedWithTheNearestNames()
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeText.Read(RecipeText.With("  rate_factors:\n    - '*.layers.*=2'\n    - '*.q_proj.*=3'\n    - '*.embed_token.weight=0.1'"));
        InputException exception = Assert.Throws<InputException>(() => RateFactors.Of(recipe.Recipe.Train.RateFactors, _names, recipe.Where));
        Assert.Equal(
            [
                "line 12, train.rate_factors, item 2: '*.q_proj.*' matches only parameters that an earlier item already decides: the first match wins. Move it forward or remove it.",
                "line 13, train.rate_factors, item 3: no parameter that is trained matches '*.embed_token.weight'; the nearest are "
                    + $"{_names[0]}, {_names[4]}, {_names[1]}.",
            ],
            exception.Problems.Select(problem => problem.ToString()[problem.ToString().IndexOf("line", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Read_MalformedItems_AreAllReportedAtTheirLines() =>
        Assert.Equal(
            [
                "recipe.yaml, line 11, train.rate_factors, item 1: 'embed' is not of the form PATTERN=FACTOR, for example *.embed_tokens.weight=0.1",
                "recipe.yaml, line 13, train.rate_factors, item 3: 'a=-1': the factor '-1' is no number at least 0",
                "recipe.yaml, line 14, train.rate_factors, item 4: 'a=NaN': the factor 'NaN' is no number at least 0",
                "recipe.yaml, line 15, train.rate_factors, item 5: '=1' is not of the form PATTERN=FACTOR, for example *.embed_tokens.weight=0.1",
            ],
            RecipeText.Problems(RecipeText.With("  rate_factors:\n    - embed\n    - a=1\n    - a=-1\n    - a=NaN\n    - =1")));

    [Fact]
    public void Read_MalformedItemOnTheCommandLine_NamesTheArgument() =>
        Assert.Equal(
            "command line: train.rate_factors=[a=fast]: 'a=fast': the factor 'fast' is no number at least 0",
            RecipeText.Problem(RecipeText.Minimal, "train.rate_factors=[a=fast]"));

    [Theory]
    [InlineData("a.b", "a.b", 0)]
    [InlineData("a.b", "axb", 1)]
    [InlineData("a?b", "axb", 0)]
    [InlineData("?", "", 1)]
    [InlineData("*", "", 0)]
    [InlineData("*", "anything.at.all", 0)]
    [InlineData("*.weight", "weight", 1)]
    [InlineData("*.weight", "a.b.weight", 0)]
    [InlineData("*.weights", "a.b.weight", 1)]
    [InlineData("a*c*e", "abcde", 0)]
    [InlineData("a*c*e", "abde", 1)]
    [InlineData("A", "a", 1)]
    [InlineData("", "abc", 3)]
    public void Distance_PatternAndName_CountsTheChanges(string pattern, string name, int expected)
    {
        RateFactor factor = new(pattern, 1);
        Assert.Equal(expected, factor.Distance(name));
        Assert.Equal(expected == 0, factor.Matches(name));
    }

    [Fact]
    public void Matches_AnyPattern_AgreesWithARegularExpression() =>
        Gen.Select(Gen.String[Gen.Char["ab.*?"], 0, 8], Gen.String[Gen.Char["ab."], 0, 8]).Sample((pattern, name) =>
        {
            string regex = System.Text.RegularExpressions.Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal);
            Assert.Equal(System.Text.RegularExpressions.Regex.IsMatch(name, $@"\A{regex}\z"), new RateFactor(pattern, 1).Matches(name));
        });

    private static ResolvedRecipe<DistillRecipe> Read(params string[] items) =>
        RecipeText.Read(RecipeText.Minimal, $"train.rate_factors=['{string.Join("', '", items)}']");
}
