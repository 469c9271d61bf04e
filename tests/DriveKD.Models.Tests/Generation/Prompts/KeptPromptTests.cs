using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Prompts;
using DriveKD.Models.InternVL;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation.Prompts;

/// <summary>Prompts that go on from an earlier one against prompts that are read whole.</summary>
public sealed class KeptPromptTests : IDisposable
{
    // The same sums in another order.
    private const double Tolerance = 1e-4;

    private readonly InternVLModel _model = TestModels.Create(TestModels.Small, seed: 8);
    private readonly TextGenerator _generator;
    private readonly KeptPrompt _kept;
    private readonly Tensor _features_NPC;

    public KeptPromptTests()
    {
        _generator = new TextGenerator(_model, TestModels.ImageToken);
        _kept = new KeptPrompt(_model);
        using IDisposable noGrad = no_grad();
        using Tensor pixels = TestModels.Pixels(3);
        _features_NPC = _model.EncodeTiles(pixels);
    }

    public void Dispose()
    {
        _features_NPC.Dispose();
        _kept.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Generate_PromptsThatBeginAlike_ReadTheRestAndAnswerAsReadWhole()
    {
        int[] first = TestModels.Ids(20, tiles: 2, seed: 3);
        int[] second = [.. first[..14], 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        int[] third = [.. first[..11], .. Enumerable.Range(30, 9)];

        AssertSame(first, [0, 1], reused: 0);
        AssertSame(second, [0, 1], reused: 14);
        AssertSame(third, [0, 1], reused: 11);
        AssertSame(third, [0, 1], reused: 11);
    }

    [Fact]
    public void Generate_OnlyTheLastTokenDiffers_ReadsMoreThanTheKernelsForSingleTokensTake()
    {
        int[] first = TestModels.Ids(20, tiles: 2, seed: 3);

        AssertSame(first, [0, 1], reused: 0);
        AssertSame([.. first[..^1], 7], [0, 1], reused: 20 - 1 - DecodeKernels.MostRows);
        // Shorter than what is read at least.
        AssertSame([1, 2, 3, 4, 5], [], reused: 0);
        AssertSame([1, 2, 3, 4, 5], [], reused: 0);
    }

    [Fact]
    public void Generate_AnotherPicture_IsReadFromItsFirstSlotOn()
    {
        int[] ids = TestModels.Ids(20, tiles: 2, seed: 3);

        AssertSame(ids, [0, 1], reused: 0);
        AssertSame(ids, [0, 2], reused: 2 + 4);
        AssertSame(ids, [1, 2], reused: 2);
    }

    [Fact]
    public void Generate_PromptThatEndsWithinASlot_ReadsTheFeaturesOfTheRest()
    {
        int[] ids = TestModels.Ids(12, tiles: 1, seed: 3);
        int[] more = [.. ids[..6], .. Enumerable.Repeat(TestModels.ImageToken, 4), 5, 6, 7, 8, 9];

        AssertSame(ids, [0], reused: 0);
        AssertSame(more, [0, 2], reused: 6);
    }

    [Fact]
    public void Generate_LongerThanAllBefore_TakesOverWhatIsThere()
    {
        int[] ids = TestModels.Ids(10, tiles: 1, seed: 3);

        AssertSame(ids, [0], reused: 0);
        AssertSame([.. ids, .. Enumerable.Range(0, 50)], [0], reused: 10);
    }

    [Fact]
    public void Generate_PositionsOfAnotherBase_AreReadAgain()
    {
        using InternVLModel model = TestModels.Create(
            TestModels.Small with { Language = TestModels.Small.Language with { RopeScaling = RopeScalingKind.Dynamic, RopeFactor = 4, MaxPositions = 16 } });
        using KeptPrompt kept = new(model);
        kept.Begin([1, 2, 3, 4], [], TestModels.ImageToken, 4);
        kept.IsRead([1, 2, 3, 4], []);
        kept.Begin([.. Enumerable.Range(1, 20)], [], TestModels.ImageToken, 4);

        Assert.Equal(0, kept.Reused);
    }

    [Fact]
    public void Begin_AfterAPromptThatWasNotRead_ReusesNothing()
    {
        int[] other = [1, 2, 3, 4, .. Enumerable.Range(20, 10)];
        AssertSame([.. Enumerable.Range(1, 14)], [], reused: 0);
        _kept.Begin(other, [], TestModels.ImageToken, 4);
        Assert.Equal(4, _kept.Reused);
        _kept.Begin(other, [], TestModels.ImageToken, 4);
        Assert.Equal(0, _kept.Reused);
    }

    private void AssertSame(int[] ids, int[] tiles, int reused)
    {
        using DisposeScope scope = NewDisposeScope();
        GenerationOptions options = new() { MaxNewTokens = 8 };
        Tensor? features_RC = tiles.Length == 0 ? null : cat([.. tiles.Select(tile => _features_NPC[tile])]);
        Prompt prompt = new(ids, TestModels.Squares(tiles.Length));
        List<float[]> expected = [];
        List<float[]> actual = [];
        GenerationResult whole = _generator.GenerateFromFeatures([prompt], features_RC, options, onLogits: logits => expected.Add(logits.data<float>().ToArray()));
        GenerationResult kept = _generator.GenerateKeeping(
            prompt, features_RC, _kept, [.. tiles.Select(tile => new PieceKey($"tile {tile}", Tokens: 4))], options, onLogits: logits => actual.Add(logits.data<float>().ToArray()));

        Assert.Equal(reused, _kept.Reused);
        Assert.Equal(whole.TokenIds[0], kept.TokenIds[0]);
        Assert.Equal(expected.Count, actual.Count);
        Assert.InRange(expected.Zip(actual).Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second))), 0, Tolerance);
    }
}
