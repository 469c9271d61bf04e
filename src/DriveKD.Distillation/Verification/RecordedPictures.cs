using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Verification;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>The pixels of every picture of a folder: images.json names the tensors of images.safetensors.</summary>
internal sealed class RecordedPictures
{
    private readonly string _folder;
    private readonly PictureSource _source;
    private readonly Dictionary<string, RgbImage> _pictures = [];
    private readonly Dictionary<string, RgbImage> _own = [];
    private bool _isRead;

    /// <param name="folder">The golden folder; nothing is read before a picture is asked for.</param>
    /// <param name="source">Where the pictures themselves are.</param>
    public RecordedPictures(string folder, PictureSource source) => (_folder, _source) = (folder, source);

    /// <summary>Normalised pixels of several pictures, one after the other, by their side.</summary>
    /// <param name="paths">As records name them; none gives an empty result.</param>
    /// <exception cref="InputException">A picture was not recorded, or the recording is broken.</exception>
    public IReadOnlyDictionary<int, float[]> Pixels(IReadOnlyList<string> paths)
    {
        RgbImage[] pictures = [.. paths.Select(Find)];
        return pictures.GroupBy(picture => picture.Width).ToDictionary(side => side.Key, side => Normalise([.. side]));
    }

    /// <summary>Decodes and resizes the pictures anew.</summary>
    /// <param name="paths">As records name them.</param>
    /// <param name="tally">Where they are compared.</param>
    /// <exception cref="InputException">A picture was not recorded or cannot be decoded, or the recording is broken.</exception>
    public void Compare(IEnumerable<string> paths, StageTally tally)
    {
        foreach (string path in paths)
        {
            RgbImage recorded = Find(path);
            if (_source.Find(path) is not string file)
            {
                string missing = $"{path} is not in {_source.Description}";
                if (_source.IsNamedByUser)
                {
                    tally.Fail(missing);
                }
                else
                {
                    tally.Skip(missing);
                }

                continue;
            }

            if (!_own.TryGetValue(path, out RgbImage? own))
            {
                _own.Add(path, own = SingleSquare.Resize(ImageDecoder.Decode(file), recorded.Width));
            }

            tally.Near(path, [.. recorded.Pixels.Select(value => (float)value)], [.. own.Pixels.Select(value => (float)value)]);
            double mean = recorded.Pixels.Zip(own.Pixels, (a, b) => Math.Abs(a - b)).Average();
            if (mean > ModelTolerances.PixelMean)
            {
                tally.Fail($"{path}: differs by {mean:0.###} grey levels on average, at most {ModelTolerances.PixelMean} is expected: another resampling");
            }
        }
    }

    private static float[] Normalise(RgbImage[] pictures)
    {
        int size = pictures[0].Pixels.Length;
        float[] pixels = new float[pictures.Length * size];
        for (int i = 0; i < pictures.Length; i++)
        {
            PixelNormalization.ImageNet.Write(pictures[i], pixels.AsSpan(i * size, size));
        }

        return pixels;
    }

    private RgbImage Find(string path)
    {
        Read();
        return _pictures.TryGetValue(path, out RgbImage? picture)
            ? picture
            : throw new InputException(Path.Combine(_folder, "images.json"), $"names no tensor for {path}, which a sample shows.");
    }

    private void Read()
    {
        if (_isRead)
        {
            return;
        }

        GoldenFacts index = GoldenFile.ReadObject(Path.Combine(_folder, "images.json"));
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(_folder, "images.safetensors"));
        foreach (string key in index.Need("tensors", index.Object("tensors")).Keys)
        {
            string path = index.Object("tensors")!.Text(key)!;
            TensorEntry entry = tensors.TryGet(key) ?? throw new InputException(tensors.Path, $"holds no tensor {key}, which images.json names.");
            if (entry.Shape is not [long height, long width, 3] || height != width || height < 1)
            {
                throw new InputException($"{tensors.Path}, tensor {key}", $"has the shape {entry.ShapeText}; [side, side, 3] is expected.");
            }

            using Tensor bytes = tensors.ReadTensor(entry);
            _pictures[path] = new RgbImage((int)width, (int)height, TensorValues.Bytes(bytes));
        }

        _isRead = true;
    }
}
