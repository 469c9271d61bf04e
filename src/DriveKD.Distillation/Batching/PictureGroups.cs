using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// A run's pictures, cut into groups in the order of the records. A group goes through a tower together, whichever of its pictures is wanted
/// first: what is computed then depends neither on the order of training nor on where a run was interrupted.
/// </summary>
internal sealed class PictureGroups
{
    /// <summary>Pictures of a group: more are hardly faster each, and the first wait is longer.</summary>
    public const int MostPictures = 16;

    private readonly int _size;
    private readonly List<SampleImage> _pictures = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <param name="samples">The run's samples, in the records' order.</param>
    /// <param name="batch">Samples of a forward pass, at least 1: a group has no more pictures, so that towers need no more memory than with a batch.</param>
    public PictureGroups(IEnumerable<Sample> samples, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        _size = Math.Min(MostPictures, batch);
        foreach (SampleImage image in samples.SelectMany(sample => sample.Images))
        {
            if (_places.TryAdd(image.Key, _pictures.Count))
            {
                _pictures.Add(image);
            }
        }
    }

    /// <summary>All pictures.</summary>
    public int Count => _pictures.Count;

    /// <summary>Image tokens of all pictures.</summary>
    /// <param name="processor">How a model has them.</param>
    /// <exception cref="Data.Errors.InputException">Tokens depend on the pictures' sizes, and one is missing or no picture.</exception>
    public long Tokens(PictureProcessor processor) => processor.FixedLayout is PictureLayout layout
        ? (long)layout.Tokens * _pictures.Count
        : _pictures.Sum(image => image.ReadSize() is var (width, height) ? (long)processor.LayoutOf(width, height, image.RecordedPath).Tokens : 0);

    /// <summary>The pictures of a picture's group, in order; empty for one that is not among the run's.</summary>
    /// <param name="key">A picture's key.</param>
    public IReadOnlyList<SampleImage> Of(string key)
    {
        if (!_places.TryGetValue(key, out int place))
        {
            return [];
        }

        int first = place / _size * _size;
        return _pictures.GetRange(first, Math.Min(_size, _pictures.Count - first));
    }

    /// <summary>The values of pictures, one piece each.</summary>
    /// <param name="pictures">Pictures.</param>
    /// <param name="processor">How a model has them.</param>
    /// <exception cref="Data.Errors.InputException">A picture is missing or cannot be decoded.</exception>
    public static IReadOnlyList<PicturePiece> Pieces(IReadOnlyList<SampleImage> pictures, PictureProcessor processor) =>
        [.. pictures.Select(image => processor.Process(image.Read(), image.RecordedPath).Single())];
}
