namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>What is done to a picture before a model sees it: nothing, one of DriveBench's fifteen faults, or its removal.</summary>
public enum CorruptionKind
{
    /// <summary>The picture as it is.</summary>
    Clean,

    /// <summary>A black square in the picture's place: what is answered then is answered from the text alone.</summary>
    NoImage,

    /// <summary>Weather: too much light.</summary>
    Brightness,

    /// <summary>Weather: night, with the noise of a sensor that sees few photons.</summary>
    LowLight,

    /// <summary>Weather: fog.</summary>
    Fog,

    /// <summary>Weather: falling snow.</summary>
    Snow,

    /// <summary>Weather: rain.</summary>
    Rain,

    /// <summary>External: water on the lens.</summary>
    WaterSplash,

    /// <summary>External: something stuck to the lens, out of focus.</summary>
    LensObstacle,

    /// <summary>Sensor: cameras that are dead for the whole data set.</summary>
    CameraCrash,

    /// <summary>Sensor: cameras that deliver nothing for one frame.</summary>
    FrameLost,

    /// <summary>Sensor: colours too pale or too strong.</summary>
    Saturate,

    /// <summary>Motion: smeared along a line.</summary>
    MotionBlur,

    /// <summary>Motion: smeared from the centre outwards.</summary>
    ZoomBlur,

    /// <summary>Transmission: damaged bytes in the video stream.</summary>
    BitError,

    /// <summary>Transmission: few bits per colour.</summary>
    ColorQuantization,

    /// <summary>Transmission: a video codec at too low a bit rate.</summary>
    H265,
}
