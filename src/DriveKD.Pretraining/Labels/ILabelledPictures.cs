namespace DriveKD.Pretraining.Labels;

/// <summary>Where labelled pictures come from. Called by several threads at once.</summary>
public interface ILabelledPictures
{
    /// <summary>What its labels mean.</summary>
    LabelScheme Scheme { get; }

    /// <summary>Makes a picture of a size.</summary>
    /// <param name="seed">Decides everything in it: the same seed gives the same picture and labels on every machine.</param>
    /// <param name="side">Pixels along a side.</param>
    /// <param name="tokensPerSide">Image tokens along a side; they divide the picture evenly.</param>
    LabelledPicture Create(ulong seed, int side, int tokensPerSide);
}
