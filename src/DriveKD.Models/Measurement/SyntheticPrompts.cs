using System.Runtime.InteropServices;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Measurement;

/// <summary>Pictures and token ids from a seed. What they show does not matter to time or memory; their sizes do.</summary>
internal sealed class SyntheticPrompts
{
    /// <summary>Width of a picture of nuScenes, in pixels.</summary>
    public const int PictureWidth = 1600;

    /// <summary>Its height.</summary>
    public const int PictureHeight = 900;

    private readonly SeedStreams _seeds;
    private readonly QuestionPicture[] _pictures;

    /// <param name="seed">The run's seed.</param>
    /// <param name="mostPictures">The greatest number of pictures of any case.</param>
    public SyntheticPrompts(long seed, int mostPictures)
    {
        _seeds = new SeedStreams(seed);
        _pictures = [.. Enumerable.Range(0, mostPictures).Select(Draw)];
    }

    /// <summary>The first pictures; every case of a number shows the same.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<QuestionPicture> Pictures(int count) => new ArraySegment<QuestionPicture>(_pictures, 0, count);

    /// <summary>A prompt: one text token, the pictures' slots, the other text tokens.</summary>
    /// <param name="textTokens">At least 1.</param>
    /// <param name="slots">Image tokens of all pictures.</param>
    /// <param name="imageTokenId">The id of a slot; no text token has it.</param>
    /// <param name="vocabulary">Ids that the model knows; more than <paramref name="imageTokenId"/>.</param>
    public int[] TokenIds(int textTokens, int slots, int imageTokenId, int vocabulary)
    {
        RandomStream random = _seeds.Open("measure/tokens");
        int[] ids = new int[textTokens + slots];
        for (int t = 0; t < ids.Length; t++)
        {
            int id = random.NextInt(vocabulary - 1);
            ids[t] = t >= 1 && t <= slots ? imageTokenId : id < imageTokenId ? id : id + 1;
        }

        return ids;
    }

    private QuestionPicture Draw(int number)
    {
        RandomStream random = _seeds.Open($"measure/picture-{number}");
        byte[] pixels = new byte[3 * PictureWidth * PictureHeight];
        foreach (ref ulong bits in MemoryMarshal.Cast<byte, ulong>(pixels.AsSpan()))
        {
            bits = random.NextBits();
        }

        return new QuestionPicture($"synthetic picture {number + 1}", new RgbImage(PictureWidth, PictureHeight, pixels));
    }
}
