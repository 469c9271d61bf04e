using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>Samples of random pixels and tokens, the capabilities in turn: pictures first, text behind them, the answer at its end.</summary>
internal static class BenchSamples
{
    private const int LeadingTokens = 4;
    private const int CameraWidth = 1600;
    private const int CameraHeight = 900;

    /// <summary>Draws samples.</summary>
    /// <param name="shape">Their size.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same samples for the same seed.</param>
    /// <param name="sharePictures">All are questions on the same pictures.</param>
    public static IReadOnlyList<EncodedSample> Draw(BenchShape shape, int count, long seed, bool sharePictures = false)
    {
        RandomStream stream = new SeedStreams(seed).Open("bench samples");
        return [.. Enumerable.Range(0, count).Select(index => Sample(shape, index, sharePictures ? 0 : index, stream))];
    }

    private static EncodedSample Sample(BenchShape shape, int index, int pictures, RandomStream stream)
    {
        int vocabulary = Math.Min(shape.Student.Language.VocabularySize, shape.Teacher.Language.VocabularySize);
        int tokens = shape.Tokens;
        int imageTokens = shape.Pictures * shape.Student.UsualPicture.Tokens;
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => (int)(stream.NextDouble() * vocabulary))];
        Capability[] capabilities = Enum.GetValues<Capability>();
        return new EncodedSample
        {
            Source = new Sample
            {
                Images = [.. Enumerable.Range(0, shape.Pictures).Select(i => new SampleImage($"sample{pictures}-{i}", $"/sample{pictures}-{i}", null))],
                Question = "",
                Answer = "",
                Capability = capabilities[index % capabilities.Length],
                QuestionType = "",
                Source = new SourcePosition("bench", index, "$"),
            },
            TokenIds = ids,
            Labels = [.. ids.Select((id, i) => i < tokens - shape.AnswerTokens ? -100 : id)],
            ImageMask = [.. Enumerable.Range(0, tokens).Select(i => i >= LeadingTokens && i < LeadingTokens + imageTokens)],
            Layouts = [.. Enumerable.Repeat(shape.Student.UsualPicture, shape.Pictures)],
            Pieces = new[] { shape.Student.Pictures, shape.Teacher.Pictures }.Distinct().ToDictionary(
                processor => processor,
                processor => (IReadOnlyList<PicturePiece>)[.. Enumerable.Range(0, shape.Pictures).Select(_ => processor.Process(Picture(processor, stream)).Single())]),
        };
    }

    /// <summary>Noise, as large as pieces are where they have one size, else as a camera's picture.</summary>
    private static RgbImage Picture(PictureProcessor processor, RandomStream stream)
    {
        (int width, int height) = processor is SquareTiles squares ? (squares.Side, squares.Side) : (CameraWidth, CameraHeight);
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(256 * stream.NextDouble());
        }

        return new RgbImage(width, height, pixels);
    }
}
