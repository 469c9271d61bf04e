using DriveKD.Data.Samples;
using DriveKD.Data.Threads;

namespace DriveKD.Pretraining.Labels;

/// <summary>
/// Labelled pictures in memory: pixels and labels as bytes, a quarter of what the numbers would take that are computed with.
/// </summary>
internal sealed class PictureSet
{
    /// <summary>Stands for the label -1.</summary>
    private const byte Unknown = byte.MaxValue;

    private readonly byte[][] _pixels;
    private readonly byte[][] _tokenLabels;
    private readonly byte[][] _pictureLabels;

    private PictureSet(LabelScheme scheme, int side, int tokens, byte[][] pixels, byte[][] tokenLabels, byte[][] pictureLabels) =>
        (Scheme, Side, Tokens, _pixels, _tokenLabels, _pictureLabels) = (scheme, side, tokens, pixels, tokenLabels, pictureLabels);

    /// <summary>What the labels mean.</summary>
    public LabelScheme Scheme { get; }

    /// <summary>Pixels along a side.</summary>
    public int Side { get; }

    /// <summary>Image tokens of a picture.</summary>
    public int Tokens { get; }

    /// <summary>Pictures.</summary>
    public int Count => _pixels.Length;

    /// <summary>Makes pictures.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="seeds">One seed a picture.</param>
    /// <param name="side">Pixels along a side.</param>
    /// <param name="tokensPerSide">Image tokens along a side.</param>
    /// <param name="stage">What is done, for the progress.</param>
    /// <param name="progress">Told after every picture.</param>
    /// <param name="cancellation">Stops between pictures.</param>
    /// <exception cref="ArgumentException">The source gives pictures of another size, or labels that its scheme does not know.</exception>
    public static PictureSet Create(
        ILabelledPictures source,
        IReadOnlyList<ulong> seeds,
        int side,
        int tokensPerSide,
        string stage,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        LabelScheme scheme = source.Scheme;
        scheme.Check();
        int tokens = tokensPerSide * tokensPerSide;
        byte[][] pixels = new byte[seeds.Count][];
        byte[][] tokenLabels = new byte[seeds.Count][];
        byte[][] pictureLabels = new byte[seeds.Count][];
        int done = 0;
        ParallelLoop.For(seeds.Count, i =>
        {
            LabelledPicture picture = source.Create(seeds[i], side, tokensPerSide);
            if (picture.Picture.Width != side || picture.Picture.Height != side)
            {
                throw new ArgumentException($"A picture is {picture.Picture.Width} x {picture.Picture.Height}, the tower takes {side} x {side}.", nameof(source));
            }

            pixels[i] = picture.Picture.Pixels;
            tokenLabels[i] = ToBytes(picture.TokenLabels, scheme.Tokens, tokens);
            pictureLabels[i] = ToBytes(picture.PictureLabels, scheme.Pictures, 1);
            progress?.Report(new DataProgress(stage, Interlocked.Increment(ref done), seeds.Count));
        }, threads: null, cancellation);

        return new PictureSet(scheme, side, tokens, pixels, tokenLabels, pictureLabels);
    }

    /// <summary>Copies the pixels of some pictures: [pictures, side, side, 3].</summary>
    public byte[] PixelsOf(ReadOnlySpan<int> pictures)
    {
        int size = 3 * Side * Side;
        byte[] bytes = new byte[pictures.Length * size];
        for (int i = 0; i < pictures.Length; i++)
        {
            _pixels[pictures[i]].CopyTo(bytes.AsSpan(i * size));
        }

        return bytes;
    }

    /// <summary>The labels of a token head, -1 where nothing is said: [pictures, tokens].</summary>
    public long[] TokenLabelsOf(ReadOnlySpan<int> pictures, int head) => Gather(_tokenLabels, pictures, head, Scheme.Tokens.Count, Tokens);

    /// <summary>The labels of a head of whole pictures: [pictures].</summary>
    public long[] PictureLabelsOf(ReadOnlySpan<int> pictures, int head) => Gather(_pictureLabels, pictures, head, Scheme.Pictures.Count, 1);

    private static long[] Gather(byte[][] labels, ReadOnlySpan<int> pictures, int head, int heads, int places)
    {
        long[] gathered = new long[pictures.Length * places];
        for (int i = 0; i < pictures.Length; i++)
        {
            byte[] own = labels[pictures[i]];
            for (int place = 0; place < places; place++)
            {
                byte label = own[(place * heads) + head];
                gathered[(i * places) + place] = label == Unknown ? -1 : label;
            }
        }

        return gathered;
    }

    private static byte[] ToBytes(IReadOnlyList<int> labels, IReadOnlyList<LabelHead> heads, int places)
    {
        if (labels.Count != places * heads.Count)
        {
            throw new ArgumentException($"{labels.Count} labels for {places} places and {heads.Count} heads.", nameof(labels));
        }

        byte[] bytes = new byte[labels.Count];
        for (int i = 0; i < bytes.Length; i++)
        {
            LabelHead head = heads[i % heads.Count];
            int first = i / heads.Count * heads.Count;
            bytes[i] = places > 1 && heads.Index().All(other => labels[first + other.Index] == -1) ? Unknown
                : labels[i] >= 0 && labels[i] < head.Classes.Count ? (byte)labels[i]
                : throw new ArgumentException($"{head.Name} has {head.Classes.Count} classes; the label {labels[i]} is none of them.", nameof(labels));
        }

        return bytes;
    }
}
