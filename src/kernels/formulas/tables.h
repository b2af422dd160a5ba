// Tables that formulas look numbers up in; bench/make_tables.py prints them.
#pragma once

namespace descent::kernels {

/// 2^(k / 16).
inline constexpr double kRootsOfTwo[] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};

/// What kRootsOfTwo lacks.
inline constexpr double kRootsOfTwoLow[] = {0x0.0p+0,
                                            0x1.8a62e4adc610bp-54,
                                            -0x1.19041b9d78a76p-55,
                                            0x1.9b07eb6c70573p-54,
                                            0x1.6f46ad23182e4p-55,
                                            0x1.ada0911f09ebcp-55,
                                            0x1.d4397afec42e2p-56,
                                            0x1.6324c054647adp-54,
                                            -0x1.bdd3413b26456p-54,
                                            -0x1.41577ee04992fp-55,
                                            0x1.6e9f156864b27p-54,
                                            0x1.c7c46b071f2bep-56,
                                            0x1.7a1cd345dcc81p-54,
                                            0x1.11065895048ddp-55,
                                            0x1.2ed02d75b3707p-55,
                                            -0x1.e9c23179c2893p-54};

/// c, near 1 / x for the x between 1 + k / 16 and 1 + (k + 1) / 16: 1 and 1/2 at the ends, the middle elsewhere.
inline constexpr double kInverses[] = {
    0x1.0000000000000p+0, 0x1.d41d41d41d41dp-1, 0x1.bacf914c1bad0p-1, 0x1.a41a41a41a41ap-1,
    0x1.8f9c18f9c18fap-1, 0x1.7d05f417d05f4p-1, 0x1.6c16c16c16c17p-1, 0x1.5c9882b931057p-1,
    0x1.4e5e0a72f0539p-1, 0x1.4141414141414p-1, 0x1.3521cfb2b78c1p-1, 0x1.29e4129e4129ep-1,
    0x1.1f7047dc11f70p-1, 0x1.15b1e5f75270dp-1, 0x1.0c9714fbcda3bp-1, 0x1.0000000000000p-1};

/// -log(c), a multiple of 2^-42.
inline constexpr double kLogs[] = {0x0.0p+0,
                                   0x1.6f0d28ae58000p-4,
                                   0x1.29552f8200000p-3,
                                   0x1.9525a9cf46000p-3,
                                   0x1.fb9186d5e4000p-3,
                                   0x1.2e8e2bae12000p-2,
                                   0x1.5d1bdbf581000p-2,
                                   0x1.89a3386c14000p-2,
                                   0x1.b44f77bcc9000p-2,
                                   0x1.dd46a04c1c000p-2,
                                   0x1.02552a5a5d000p-1,
                                   0x1.154c3d2f4d800p-1,
                                   0x1.2795e1289b000p-1,
                                   0x1.393e0d3562800p-1,
                                   0x1.4a4f85db04000p-1,
                                   0x1.62e42fefa3800p-1};

/// What kLogs lacks.
inline constexpr double kLogsLow[] = {0x0.0p+0,
                                      -0x1.4b2241b664613p-44,
                                      -0x1.5bd67f4471dfcp-44,
                                      -0x1.294937d9f158fp-44,
                                      -0x1.d6b2aab993c87p-47,
                                      -0x1.6791e99b72bd8p-45,
                                      -0x1.8d97dc9c7c238p-44,
                                      0x1.2d92d38c40882p-45,
                                      -0x1.38068224aa2cep-47,
                                      0x1.283fb989a9274p-44,
                                      0x1.fe3d38d2bafddp-46,
                                      -0x1.0af338662e34dp-44,
                                      0x1.1b6b783f3db97p-45,
                                      0x1.0cd8e221301b7p-44,
                                      -0x1.4575d840b8591p-45,
                                      0x1.ef35793c76730p-45};

/// Phi(-a), Phi the normal distribution function, for the a from 0 to 5.5 where 2.8 a rounds to k: in column k c, and
/// below it the coefficients of the powers of a - c, the constant first.
inline constexpr float kNormalTail[10][16] = {
    {0x0p+0F, 0x1.71fdp-2F, 0x1.74918p-1F, 0x1.0fd78p+0F, 0x1.7023p+0F, 0x1.ca144p+0F, 0x1.1211ap+1F, 0x1.3e21ep+1F,
     0x1.6cf9ap+1F, 0x1.9a534p+1F, 0x1.c7b2ep+1F, 0x1.f771ap+1F, 0x1.118b9p+2F, 0x1.28b8dp+2F, 0x1.3f148p+2F,
     0x1.5604fp+2F},
    {0x1p-1F, 0x1.6f8bb4p-2F, 0x1.de048p-3F, 0x1.27354cp-3F, 0x1.3411b4p-4F, 0x1.2d4804p-5F, 0x1.084806p-6F,
     0x1.a806e4p-8F, 0x1.1d49d8p-9F, 0x1.613d86p-11F, 0x1.84a71ep-13F, 0x1.5fa47ep-15F, 0x1.41e91ep-17F,
     0x1.dc1e1cp-20F, 0x1.4b9448p-22F, 0x1.866096p-25F},
    {-0x1.988454p-2F, -0x1.7eb3e2p-2F, -0x1.397e6ap-2F, -0x1.d0edb6p-3F, -0x1.2287ep-3F, -0x1.499b84p-4F,
     -0x1.4a321cp-5F, -0x1.29d24p-6F, -0x1.c0a91ep-8F, -0x1.32de34p-9F, -0x1.720338p-11F, -0x1.6de094p-13F,
     -0x1.6926bp-15F, -0x1.1fc78ep-17F, -0x1.acc822p-20F, -0x1.0d5b2cp-22F},
    {0x1.50e72cp-20F, 0x1.148dbep-4F, 0x1.c83ddep-4F, 0x1.edb308p-4F, 0x1.a1cb0ap-4F, 0x1.26e528p-4F, 0x1.61806p-5F,
     0x1.721a96p-6F, 0x1.3fd2f8p-7F, 0x1.ebdbacp-9F, 0x1.495322p-10F, 0x1.67c354p-12F, 0x1.81e726p-14F, 0x1.4d8e7ep-16F,
     0x1.0b37dcp-18F, 0x1.67dd02p-21F},
    {0x1.1022aep-4F, 0x1.bba1e8p-5F, 0x1.895712p-6F, -0x1.3c56d8p-8F, -0x1.9db31ep-6F, -0x1.e3d2a4p-6F, -0x1.8a8858p-6F,
     -0x1.00fb46p-6F, -0x1.0a977ep-7F, -0x1.da6e7p-9F, -0x1.67fa88p-10F, -0x1.b92d66p-12F, -0x1.03da4cp-13F,
     -0x1.eb8158p-16F, -0x1.aa37d4p-18F, -0x1.354c34p-20F},
    {0x1.0e6816p-10F, -0x1.087ee8p-6F, -0x1.77b08ep-6F, -0x1.34316cp-6F, -0x1.039796p-7F, 0x1.3d1328p-10F,
     0x1.755abp-8F, 0x1.87f14ap-8F, 0x1.117b0ap-8F, 0x1.2a3bd4p-9F, 0x1.098068p-10F, 0x1.75d7b8p-12F, 0x1.eb011p-14F,
     0x1.010bf8p-15F, 0x1.e6b468p-18F, 0x1.7f3af6p-20F},
    {-0x1.5f6c8cp-6F, -0x1.be6708p-8F, -0x1.4fe212p-12F, 0x1.3298e8p-8F, 0x1.8eeb48p-8F, 0x1.042dd8p-8F,
     0x1.2ee5b4p-10F, -0x1.47f292p-11F, -0x1.2f3eccp-10F, -0x1.e08982p-11F, -0x1.0e5216p-11F, -0x1.c7e376p-13F,
     -0x1.55c58cp-14F, -0x1.92fd94p-16F, -0x1.a552aap-18F, -0x1.6b3922p-20F},
    {0x1.251c14p-4F, 0x1.4bef7p-9F, 0x1.847b42p-9F, 0x1.ecf53cp-10F, -0x1.a81432p-12F, -0x1.4f60d8p-10F,
     -0x1.22cacp-10F, -0x1.0d07e2p-11F, -0x1.3b0bf6p-16F, 0x1.8da6ep-13F, 0x1.6981ecp-13F, 0x1.8eb77ap-14F,
     0x1.6437d4p-15F, 0x1.e6131ep-17F, 0x1.1d3a9p-18F, 0x1.10e092p-20F},
    {-0x1.dde6b4p-3F, -0x1.b6731ap-10F, 0x1.7842f4p-11F, -0x1.76b292p-14F, -0x1.026176p-10F, 0x1.306f76p-12F,
     0x1.030bdep-11F, 0x1.7ec84ap-12F, 0x1.970e3p-14F, 0x1.2f7624p-15F, -0x1.2624aep-16F, -0x1.c0c882p-16F,
     -0x1.103f62p-16F, -0x1.c3afaap-18F, -0x1.3554f2p-19F, -0x1.4b6914p-21F},
    {0x1.421fap-2F, -0x1.2ad418p-12F, 0x1.4d0c5ap-9F, -0x1.f3ba4p-9F, 0x1.868f2ep-15F, -0x1.e6e0cap-11F,
     -0x1.1f9194p-10F, -0x1.1d6acap-11F, 0x1.820388p-13F, -0x1.8d8378p-14F, -0x1.5c0c96p-15F, 0x1.5f1e42p-20F,
     0x1.f62ec4p-19F, 0x1.1da03p-19F, 0x1.02992cp-20F, 0x1.205a34p-22F},
};

}  // namespace descent::kernels
