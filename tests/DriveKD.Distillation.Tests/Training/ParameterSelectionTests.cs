using System.Text.RegularExpressions;
using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Tests.Training;

public class ParameterSelectionTests
{
    private static readonly ParameterNames _parts = ModelFamilies.FindPreset("tiny").Config.Family.Names;
    private static readonly string[] _names = [.. ModelFamilies.FindPreset("tiny").Config.Family.Expected(ModelFamilies.FindPreset("tiny").Config).Select(tensor => tensor.Name)];

    [Theory]
    [InlineData("^", "all")]
    [InlineData(@"^language_model\.", "language")]
    [InlineData(@"^language_model\.model\.layers\.\d+\.self_attn\.", "attention")]
    [InlineData(@"^mlp1\.", "mlp1.*")]
    [InlineData(@"\.layers\.\d\.mlp\.up_proj\.weight$", "*.layers.?.mlp.up_proj.weight")]
    [InlineData(@"^language_model\.lm_head\.weight$|self_attn\.", "language_model.lm_head.weight", "attention")]
    [InlineData(@"^language_model\.(?!.*embed_tokens)(?!.*\.bias$)", "language", "!*.embed_tokens.*", "!*.bias")]
    [InlineData(@"\.layers\.0\.self_attn\.|^mlp1\.0\.bias", "all", "!*", "*.layers.0.self_attn.*", "mlp1.0.bias")]
    public void Choose_PresetsAndGlobs_GiveTheMatchesInTheModelsOrder(string expected, params string[] items)
    {
        string[] chosen = [.. ParameterSelection.Choose(items, _names, hasAdapters: false, _parts)];
        Assert.NotEmpty(chosen);
        Assert.Equal(_names.Where(name => Regex.IsMatch(name, expected)), chosen);
    }

    [Fact]
    public void Choose_AnyGlob_MatchesWhatItsRegularExpressionMatches()
    {
        Gen<string> letters = Gen.Int[0, 3].Select(index => "ab.1"[index].ToString()).Array[1, 6].Select(parts => string.Concat(parts));
        Gen<string> globs = Gen.Int[0, 5].Select(index => "ab.1*?"[index].ToString()).Array[1, 6].Select(parts => string.Concat(parts));
        Gen.Select(letters.Array[1, 8], globs).Sample(
            (names, glob) =>
            {
                string[] expected = [.. names.Where(name => Regex.IsMatch(name, "^" + Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$"))];
                Assert.Equal(expected, expected.Length == 0 ? [] : ParameterSelection.Choose([glob], names, hasAdapters: false, _parts));
                if (expected.Length == 0)
                {
                    Assert.Throws<InputException>(() => ParameterSelection.Choose([glob], names, hasAdapters: true, _parts));
                }
            },
            iter: 2000);
    }

    [Theory]
    [InlineData("langauge", "'langauge' matches no parameter of the student; the nearest are language,")]
    [InlineData("Language", "the nearest are language,")]
    [InlineData("layers.*.self_attn.q_proj", "language_model.model.layers.*.self_attn.q_proj.bias")]
    [InlineData("language_model.model.layer.0.mlp.*", "language_model.model.layers.*.mlp.")]
    [InlineData("!*.norm3.*", "'!*.norm3.*' matches no parameter")]
    [InlineData("!", "presets are language, attention, all and none")]
    [InlineData("none", "[none] chooses no parameter: nothing would be trained")]
    [InlineData("!*.bias", "takes nothing away: no item before it chose such a parameter")]
    public void Choose_ItemThatDoesNotFit_SaysWhyAndWhatIsNear(string item, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() => ParameterSelection.Choose([item], _names, hasAdapters: false, _parts));
        Problem problem = Assert.Single(exception.Problems);
        Assert.Equal("train.trainable", problem.Where);
        Assert.Contains(expected, problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_SeveralFaults_TellsAllAtOnce()
    {
        InputException exception = Assert.Throws<InputException>(
            () => ParameterSelection.Choose(["x", "none", "!*.bias", "language", new string('y', 300)], _names, hasAdapters: true, _parts));
        Assert.Equal(4, exception.Problems.Count);
        Assert.Contains("stands alone", exception.Problems[1].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_EverythingTakenAway_NeedsAdapters()
    {
        string[] items = ["language", "!language"];
        Assert.Throws<InputException>(() => ParameterSelection.Choose(items, _names, hasAdapters: false, _parts));
        Assert.Empty(ParameterSelection.Choose(items, _names, hasAdapters: true, _parts));
        Assert.Empty(ParameterSelection.Choose(["none"], _names, hasAdapters: true, _parts));
    }

    [Fact]
    public void ItemsOf_NothingWritten_DependsOnTheAdapters()
    {
        Assert.Equal(["language"], ParameterSelection.ItemsOf(new TrainSettings()));
        Assert.Equal(["none"], ParameterSelection.ItemsOf(new TrainSettings { Lora = new LoraSettings { Rank = 1 } }));
        Assert.Equal(["all"], ParameterSelection.ItemsOf(new TrainSettings { Trainable = ["all"], Lora = new LoraSettings { Rank = 1 } }));
    }
}
