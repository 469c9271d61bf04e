namespace DriveKD.Data.Imaging;

/// <summary>The encodings that pictures may come in.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP, lossy or lossless; of an animation the first frame.</summary>
    WebP,

    /// <summary>Windows bitmap.</summary>
    Bmp,
}
