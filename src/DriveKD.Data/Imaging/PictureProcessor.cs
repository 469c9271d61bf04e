namespace DriveKD.Data.Imaging;

/// <summary>
/// How a model has its pictures: which pieces a picture becomes, which values these have, and which tokens they become. Equal processors make
/// equal values of a picture.
/// </summary>
public abstract record PictureProcessor
{
    /// <summary>How every picture stands in a prompt, where that does not depend on the picture; null where it does.</summary>
    public abstract PictureLayout? FixedLayout { get; }

    /// <summary>How a picture of this size stands in a prompt. No pixel is needed.</summary>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="name">The picture's name, for messages.</param>
    /// <exception cref="Errors.InputException">Pictures of this size are not taken.</exception>
    public abstract PictureLayout LayoutOf(int width, int height, string name = "picture");

    /// <summary>The pieces of a picture in the order of their tokens, resized.</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="Errors.InputException">Pictures of its size are not taken.</exception>
    public abstract IReadOnlyList<RgbImage> Cut(RgbImage picture, string name = "picture");

    /// <summary>The values of a piece.</summary>
    /// <param name="piece">What <see cref="Cut"/> gave.</param>
    public abstract PicturePiece Normalise(RgbImage piece);

    /// <summary>Image tokens of a piece.</summary>
    /// <param name="width">Its pixels per row.</param>
    /// <param name="height">Its rows.</param>
    public abstract int TokensOf(int width, int height);

    /// <summary>Whether another processor makes as many tokens in the same order of every picture.</summary>
    /// <param name="other">The other.</param>
    public abstract bool MakesTokensOf(PictureProcessor other);

    /// <summary>What it makes of a picture, in a few words: the end of "makes ... of a picture".</summary>
    public abstract string Describe();

    /// <summary>All of a picture's values at once.</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="name">Its name, for messages.</param>
    public IReadOnlyList<PicturePiece> Process(RgbImage picture, string name = "picture") => [.. Cut(picture, name).Select(Normalise)];
}
