using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Pictures;

/// <summary>
/// The pictures of one pass over the questions, corrupted as the pass says; a few of the latest are kept, because the questions of a key
/// frame follow each other. Safe for many callers at once.
/// </summary>
public sealed class PassPictures
{
    // Two key frames of six cameras, and as many again for questions that are asked ahead.
    private const int MostKept = 24;

    private readonly IReadOnlyDictionary<string, PictureIdentity> _identities;
    private readonly Corruptor _corruptor;
    private readonly CancellationToken _cancellation;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<PassPicture>> _byPath = new(StringComparer.Ordinal);
    private readonly LinkedList<PassPicture> _latest = [];

    private PassPictures(IReadOnlyDictionary<string, PictureIdentity> identities, CorruptionChoice corruption, long seed, CancellationToken cancellation)
    {
        SeedStreams streams = new(seed);
        (_identities, Corruption, _cancellation) = (identities, corruption, cancellation);
        _corruptor = new Corruptor(name => streams.Open(name).NextBits);
    }

    /// <summary>What is done to the pictures.</summary>
    public CorruptionChoice Corruption { get; }

    /// <summary>Tells which pictures belong to one key frame.</summary>
    /// <param name="samples">Every sample of the records, whether it is asked or not: a fault then hits the same cameras in every choice of them.</param>
    public static IReadOnlyDictionary<string, PictureIdentity> Identify(IEnumerable<Sample> samples)
    {
        string[] paths = [.. samples.SelectMany(sample => sample.Images).Select(image => image.RecordedPath).Distinct(StringComparer.Ordinal)];
        return paths.Zip(CameraFrames.Identify(paths)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>The pictures of a pass.</summary>
    /// <param name="identities">What <see cref="Identify"/> told.</param>
    /// <param name="corruption">What is done to them.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="cancellation">Ends a codec.</param>
    public static PassPictures Of(
        IReadOnlyDictionary<string, PictureIdentity> identities, CorruptionChoice corruption, long seed, CancellationToken cancellation = default) =>
        new(identities, corruption, seed, cancellation);

    /// <summary>A question's pictures, in order. Nothing is read yet.</summary>
    /// <param name="sample">The question, its pictures resolved to files or in memory.</param>
    public IReadOnlyList<PassPicture> Of(Sample sample) => [.. sample.Images.Select(Of)];

    private PassPicture Of(SampleImage image)
    {
        if (image.FullPath is null && image.Draw is null)
        {
            throw new InvalidOperationException($"{image.RecordedPath} was read without an image root.");
        }

        string path = image.Key;
        lock (_gate)
        {
            if (_byPath.TryGetValue(path, out LinkedListNode<PassPicture>? known))
            {
                _latest.Remove(known);
                _latest.AddFirst(known);
                return known.Value;
            }

            LinkedListNode<PassPicture> added = _latest.AddFirst(Make(image, path));
            _byPath.Add(path, added);
            if (_latest.Count > MostKept)
            {
                _byPath.Remove(_latest.Last!.Value.Name);
                _latest.RemoveLast();
            }

            return added.Value;
        }
    }

    private PassPicture Make(SampleImage image, string path)
    {
        PictureIdentity identity = _identities[image.RecordedPath];
        CorruptionKind kind = Corruption.Info.Kind;
        if (kind == CorruptionKind.Clean || !_corruptor.Reaches(identity, kind, Corruption.Severity))
        {
            return new PassPicture(path, path, image.Draw is null ? path : null, image.Read);
        }

        // Every absent picture is the same one: a model need look at it once.
        string key = kind == CorruptionKind.NoImage ? Corruption.Name : path;
        return new PassPicture(key, path, file: null, () =>
            _corruptor.Apply(kind == CorruptionKind.NoImage ? BlackPicture.NoImage() : image.Read(), identity, kind, Corruption.Severity, _cancellation).Image);
    }
}
