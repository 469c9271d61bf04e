using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Families;

/// <summary>A model's shape, read from its folder: what is common to all families, and what each says of itself.</summary>
public abstract record ModelConfig
{
    /// <summary>The decoder.</summary>
    public required LanguageModelConfig Language { get; init; }

    /// <summary>The dtype config.json names (bfloat16 in the released models).</summary>
    public string? DType { get; init; }

    /// <summary>The id of the image token, where the config holds it.</summary>
    public int? ImageTokenId { get; init; }

    /// <summary>The family.</summary>
    public abstract ModelFamily Family { get; }

    /// <summary>model_type of config.json.</summary>
    public abstract string ModelType { get; }

    /// <summary>The vision tower's sizes.</summary>
    public abstract TowerShape Tower { get; }

    /// <summary>Channels that the projector receives for each token.</summary>
    public abstract int ProjectorInputs { get; }

    /// <summary>The most tiles that the released code cuts a picture into; 1 where the family has no tiles.</summary>
    public abstract int MostTiles { get; }

    /// <summary>How pictures are taken in training and by default.</summary>
    public PictureProcessor Pictures => PicturesOf(1);

    /// <summary>How pictures are taken.</summary>
    /// <param name="maxTiles">The most tiles that a picture is cut into.</param>
    /// <exception cref="InputException">The family has no tiles, and more than one was asked for.</exception>
    public abstract PictureProcessor PicturesOf(int maxTiles);

    /// <summary>The same model with other limits for the size of pictures.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="where">What gives them, for messages: the name of the smaller one and of the larger one.</param>
    /// <exception cref="InputException">The family has none, or they are not valid.</exception>
    public abstract ModelConfig WithPixelLimits(PixelLimits limits, (string Min, string Max) where);

    /// <summary>The positions of one sequence's tokens; null where these are just counted.</summary>
    /// <param name="isImage_T">true in image slots.</param>
    /// <param name="pictures">How the pictures stand in it, in order; all of them.</param>
    public virtual RowPositions? PositionsOf(IReadOnlyList<bool> isImage_T, IReadOnlyList<PictureLayout> pictures) => null;

    /// <summary>The same model with a vision tower of so many blocks.</summary>
    /// <param name="layers">At least 1.</param>
    public abstract ModelConfig WithTowerLayers(int layers);

    /// <summary>The most tokens that the model takes. Scaled positions reach as much further as their factor says.</summary>
    public long MostTokens => (long)(Language.MaxPositions * Math.Max(1, Language.RopeFactor));

    /// <summary>The tower's sizes and kinds by name: towers of which all are equal have the same parameters.</summary>
    public abstract IReadOnlyList<(string Name, object Value)> TowerFacts();

    /// <summary>How a picture stands in a prompt by default: every picture, or where that depends on its size one of 1600 x 900 pixels.</summary>
    public PictureLayout UsualPicture => Pictures.FixedLayout ?? Pictures.LayoutOf(1600, 900);

    /// <summary>What the tower computes with, as a text that is equal where that is: part of the name under which features are kept.</summary>
    public abstract string DescribeTower();

    /// <summary>Why another model cannot look at the same sequences as this one, in a sentence's end; null where it can.</summary>
    /// <param name="other">The other.</param>
    public string? CannotShareSequences(ModelConfig other) =>
        other.Family != Family
            ? $"is a model of the family {Family.Name}, the other of {other.Family.Name}: they mark pictures by other tokens and cut them otherwise, so that "
                + "attention over the same places does not exist"
            : Pictures.MakesTokensOf(other.Pictures)
                ? null
                : $"makes {Pictures.Describe()} of a picture, the other {other.Pictures.Describe()}: their attention maps would have different sizes";
}
