using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>Samples of random pixels and tokens, the capabilities in turn: pictures first, text behind them, the answer at its end.</summary>
internal static class BenchSamples
{
    private const int LeadingTokens = 4;

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
        int imageTokens = shape.Pictures * shape.Student.TokensPerTile;
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
            PixelsByTileSize = new[] { shape.Student.TileSize, shape.Teacher.TileSize }.Distinct()
                .ToDictionary(side => side, side => Pixels(shape.Pictures * 3 * side * side, stream)),
        };
    }

    private static float[] Pixels(int count, RandomStream stream)
    {
        float[] pixels = new float[count];
        for (int i = 0; i < count; i++)
        {
            // The range of normalised pixels, about.
            pixels[i] = (float)((4 * stream.NextDouble()) - 2);
        }

        return pixels;
    }
}
