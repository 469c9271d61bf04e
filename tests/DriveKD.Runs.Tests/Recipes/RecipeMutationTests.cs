using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

/// <summary>The shipped recipe, damaged in every way: it reads, or says what is wrong.</summary>
public sealed class RecipeMutationTests
{
    private static readonly byte[] _shipped = File.ReadAllBytes(Path.Combine(TestPaths.Repository, "recipes", "distill", "drivelm-demo.yaml"));

    /// <summary>The characters that mean something to YAML.</summary>
    private static readonly byte[] _marks = "{}[]:,-#&*!|>'\"%@`?~ \t\n\r\0\\"u8.ToArray();

    [Fact]
    public void Read_DamagedBytes_NeverThrowsAnythingElse()
    {
        Gen<byte> letters = Gen.OneOf(Gen.Byte, OneOf(_marks));
        Gen<(int At, int Kind, byte Letter)[]> damages = Gen.Select(Gen.Int[0, _shipped.Length - 1], Gen.Int[0, 3], letters).Array[1, 8];
        damages.Sample(
            list =>
            {
                List<byte> bytes = [.. _shipped];
                foreach ((int at, int kind, byte letter) in list)
                {
                    int place = Math.Min(at, bytes.Count - 1);
                    switch (kind)
                    {
                        case 0:
                            bytes[place] = letter;
                            break;
                        case 1:
                            bytes.Insert(place, letter);
                            break;
                        case 2:
                            bytes.RemoveAt(place);
                            break;
                        default:
                            bytes.RemoveRange(place, Math.Min(bytes.Count - place - 1, letter));
                            break;
                    }
                }

                ReadsOrExplains([.. bytes]);
            },
            iter: 1000);
    }

    [Theory]
    [InlineData("weighting:\n  : a rate sixty times the paper's 5e-5\n  learning_rate: 3e-3\n")]
    [InlineData("weighting:\n  : text\n  learning_rate: 1\n")]
    [InlineData("weighting:\n  : a: b\n  learning_rate: 1\n")]
    [InlineData("a:\n  : b\n")]
    [InlineData(": a\nb: c\n")]
    public void Read_KeyIsMissing_IsExplained(string text) => ReadsOrExplains(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Read_DamagedLines_NeverThrowsAnythingElse()
    {
        string[] lines = System.Text.Encoding.UTF8.GetString(_shipped).Split('\n');
        Gen<(int From, int To, int Kind, int Shift)[]> damages =
            Gen.Select(Gen.Int[0, lines.Length - 1], Gen.Int[0, lines.Length - 1], Gen.Int[0, 3], Gen.Int[0, 6]).Array[1, 6];
        damages.Sample(
            list =>
            {
                List<string> text = [.. lines];
                foreach ((int from, int to, int kind, int shift) in list)
                {
                    int source = Math.Min(from, text.Count - 1);
                    int target = Math.Min(to, text.Count - 1);
                    switch (kind)
                    {
                        case 0:
                            text.Insert(target, text[source]);
                            break;
                        case 1:
                            (text[source], text[target]) = (text[target], text[source]);
                            break;
                        case 2:
                            text.RemoveAt(source);
                            break;
                        default:
                            text[source] = new string(' ', shift) + text[source].TrimStart();
                            break;
                    }
                }

                ReadsOrExplains(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', text)));
            },
            iter: 1000);
    }

    [Fact]
    public void Read_AnyArgument_NeverThrowsAnythingElse()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["recipe.yaml"], _shipped);
        Gen<string> keys = OneOf("train.steps", "data.records", "models.teachers", "distillation.mixing", "train", "log.every", "output", "x");
        Gen.Select(keys, Gen.String[Gen.OneOf(Gen.Char, Gen.Char["{}[]:,-#&*!|>'\"%@`?~ \t\n\\=."]), 0, 12]).Sample(
            (key, value) =>
            {
                try
                {
                    RecipeReader.Read<DistillRecipe>(folder["recipe.yaml"], [$"{key}={value}"], checkPaths: true);
                }
                catch (InputException exception)
                {
                    Assert.NotEmpty(exception.Problems);
                }
            },
            iter: 1000);
    }

    private static Gen<T> OneOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(index => items[index]);

    private static void ReadsOrExplains(byte[] recipe)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["recipe.yaml"], recipe);
        try
        {
            ResolvedRecipe<DistillRecipe> read = RecipeReader.Read<DistillRecipe>(folder["recipe.yaml"], [], checkPaths: false);
            File.WriteAllText(folder["resolved.yaml"], read.Yaml);
            Assert.Equal(read.Recipe, RecipeReader.Read<DistillRecipe>(folder["resolved.yaml"], [], checkPaths: false).Recipe);
        }
        catch (InputException exception)
        {
            Assert.All(exception.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
        }
    }
}
