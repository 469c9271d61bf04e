using System.Runtime.InteropServices;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Memory;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Memory;

public class MemoryShortageTests
{
    [Fact]
    public void IsMeant_LibtorchRefusesAnAllocation_Recognises()
    {
        ExternalException refusal = Assert.Throws<ExternalException>(() => empty(1L << 52, ScalarType.Float32).Dispose());

        Assert.True(MemoryShortage.IsMeant(refusal.Message), refusal.Message);
        Assert.True(MemoryShortage.IsMeant("CUDA out of memory. Tried to allocate 2.00 GiB"));
        Assert.False(MemoryShortage.IsMeant("The size of tensor a (3) must match the size of tensor b (4)"));
    }

    [Fact]
    public void Explain_ABatch_TellsItsSizeAndWhatNeedsLess()
    {
        EncodedSample[] batch = [Encoded(700), Encoded(1792)];

        string text = MemoryShortage.Explain(batch, "can't allocate memory: you tried to allocate 5 bytes.\nat libtorch");

        Assert.Contains("2 x 1792 tokens (2 pictures): can't allocate memory: you tried to allocate 5 bytes. ", text, StringComparison.Ordinal);
        Assert.Contains("train.batch_size below 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("at libtorch", text, StringComparison.Ordinal);
        Assert.DoesNotContain("train.batch_size", MemoryShortage.Explain([batch[0]], "bad_alloc"), StringComparison.Ordinal);
    }

    private static EncodedSample Encoded(int tokens) => new()
    {
        Source = new Sample
        {
            Images = [new SampleImage("a.png", "a.png", null)],
            Question = "",
            Answer = "",
            Capability = Capability.Planning,
            QuestionType = "planning",
            Source = new SourcePosition("records.json", 0, "$"),
        },
        TokenIds = new int[tokens],
        Labels = new int[tokens],
        ImageMask = new bool[tokens],
        Layouts = [new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, 16, 16)],
        Pieces = new Dictionary<PictureProcessor, IReadOnlyList<PicturePiece>>(),
    };
}
